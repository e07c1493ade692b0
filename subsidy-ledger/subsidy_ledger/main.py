"""The service as it describes itself, and its HTTP process."""

from typing import Final

from fastapi import FastAPI

from shared.process import app_from_environment
from shared.service import Service
from subsidy_ledger.books.api import router as books_router
from subsidy_ledger.books.storage import BOOKS_CHAIN
from subsidy_ledger.budgets.api import router as budgets_router
from subsidy_ledger.claims.api import router as claims_router
from subsidy_ledger.claims.storage import SEALED
from subsidy_ledger.funds.api import router as funds_router
from subsidy_ledger.funds.storage import FUNDS_CHAIN
from subsidy_ledger.programmes.api import coefficients_router
from subsidy_ledger.programmes.api import router as programmes_router
from subsidy_ledger.reactions import READ_MODEL, SUBSCRIPTIONS
from subsidy_ledger.reversals.api import router as reversals_router
from subsidy_ledger.seed import seed
from subsidy_ledger.tables import metadata

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="subsidy-ledger",
    metadata=metadata,
    # Addresses are tried in this order: what is asked most comes first.
    routers=[
        funds_router,
        programmes_router,
        coefficients_router,
        budgets_router,
        claims_router,
        books_router,
        reversals_router,
    ],
    subscriptions=SUBSCRIPTIONS,
    seed=seed,
    read_model=READ_MODEL,
    sealed=SEALED,
    chains=[BOOKS_CHAIN, FUNDS_CHAIN],
)


def create_app() -> FastAPI:
    """Return the HTTP application, made from the environment."""
    return app_from_environment(SERVICE)
