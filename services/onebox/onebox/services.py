"""All services of the platform, in the order in which they are prepared."""

from typing import Final

from credit_rating.main import SERVICE as CREDIT_RATING
from dispute_mediation.main import SERVICE as DISPUTE_MEDIATION
from estate_registry.main import SERVICE as ESTATE_REGISTRY
from exchange.main import SERVICE as EXCHANGE
from subsidy_ledger.main import SERVICE as SUBSIDY_LEDGER
from supervision.main import SERVICE as SUPERVISION

from shared.service import Service

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
    """Return the service of this name; raise KeyError with the names there are."""
    for service in SERVICES:
        if service.name == name:
            return service
    message = f"{name}: {', '.join(service.name for service in SERVICES)}"
    raise KeyError(message)
