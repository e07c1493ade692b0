"""All services of the platform, in the order in which they are prepared."""

from typing import Final

import typer

from credit_rating.main import SERVICE as CREDIT_RATING
from dispute_mediation.main import SERVICE as DISPUTE_MEDIATION
from estate_registry.main import SERVICE as ESTATE_REGISTRY
from exchange.main import SERVICE as EXCHANGE
from shared.service import Service
from subsidy_ledger.main import SERVICE as SUBSIDY_LEDGER
from supervision.main import SERVICE as SUPERVISION

__all__ = ["SERVICES", "service_named"]

SERVICES: Final[tuple[Service, ...]] = (
    ESTATE_REGISTRY,
    DISPUTE_MEDIATION,
    CREDIT_RATING,
    SUBSIDY_LEDGER,
    SUPERVISION,
    EXCHANGE,
)


def service_named(name: str) -> Service:
    """Return the service of a name; raise typer.BadParameter that lists what there is."""
    found = {service.name: service for service in SERVICES}
    if name not in found:
        message = f"没有服务 {name}，可选 / no service {name}; there are: {', '.join(found)}"
        raise typer.BadParameter(message)
    return found[name]
