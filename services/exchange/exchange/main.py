"""The HTTP process of exchange."""

from typing import Final

from fastapi import FastAPI

from exchange.departments.api import router as departments
from exchange.departments.authentication import authenticate
from exchange.departments.keys import SEALED as DEPARTMENT_SECRETS
from exchange.feed.api import router as feed
from exchange.log.api import router as log
from exchange.orders.api import router as orders
from exchange.orders.callers import SEALED
from exchange.reactions import SUBSCRIPTIONS
from exchange.schema import metadata
from exchange.seed import seed
from shared.identity import SIGNATURE
from shared.process import app_from_environment
from shared.service import Service

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="exchange",
    metadata=metadata,
    routers=[departments, orders, feed, log],
    subscriptions=SUBSCRIPTIONS,
    seed=seed,
    sealed=(*DEPARTMENT_SECRETS, *SEALED),
    authenticators={SIGNATURE: authenticate},
)


def create_app() -> FastAPI:
    """Return the application, on the database of the environment."""
    return app_from_environment(SERVICE)
