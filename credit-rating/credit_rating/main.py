"""The service as it describes itself, and its HTTP process."""

from typing import Final

from fastapi import FastAPI

from credit_rating.companies.api import router as companies
from credit_rating.due import TASKS
from credit_rating.entry.api import applications, sheets
from credit_rating.files.api import router as files
from credit_rating.items.api import items, of_company
from credit_rating.reactions import READ_MODEL, SUBSCRIPTIONS
from credit_rating.schemes.api import router as schemes
from credit_rating.seed import seed
from credit_rating.tables import metadata
from shared.process import app_from_environment
from shared.service import Service

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="credit-rating",
    metadata=metadata,
    routers=[companies, applications, sheets, files, of_company, items, schemes],
    subscriptions=SUBSCRIPTIONS,
    tasks=TASKS,
    seed=seed,
    read_model=READ_MODEL,
)


def create_app() -> FastAPI:
    """Return the HTTP application, made from the environment."""
    return app_from_environment(SERVICE)
