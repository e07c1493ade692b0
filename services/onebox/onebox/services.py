"""All services of the platform, in the order in which they are prepared."""

from typing import Final

from credit_rating.main import SERVICE as CREDIT_RATING
from dispute_mediation.main import SERVICE as DISPUTE_MEDIATION
from estate_registry.main import SERVICE as ESTATE_REGISTRY
from exchange.main import SERVICE as EXCHANGE
from shared.service import Service
from subsidy_ledger.main import SERVICE as SUBSIDY_LEDGER
from supervision.main import SERVICE as SUPERVISION

__all__ = ["SERVICES"]

SERVICES: Final[tuple[Service, ...]] = (
    ESTATE_REGISTRY,
    DISPUTE_MEDIATION,
    CREDIT_RATING,
    SUBSIDY_LEDGER,
    SUPERVISION,
    EXCHANGE,
)
