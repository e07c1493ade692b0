"""The HTTP process of supervision."""

from typing import Final

from fastapi import FastAPI

from shared.process import app_from_environment
from shared.service import Service
from supervision.circulars.api import router as circulars
from supervision.counts.api import router as counts
from supervision.estate_files.api import router as estate_files
from supervision.reactions import READ_MODEL, SUBSCRIPTIONS
from supervision.seed import seed
from supervision.tables import metadata

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="supervision",
    metadata=metadata,
    routers=[estate_files, counts, circulars],
    subscriptions=SUBSCRIPTIONS,
    seed=seed,
    read_model=READ_MODEL,
)


def create_app() -> FastAPI:
    """Return the application, set up from the environment."""
    return app_from_environment(SERVICE)
