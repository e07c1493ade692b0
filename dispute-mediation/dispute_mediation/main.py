"""The service as it describes itself, and its HTTP process."""

from typing import Final

from fastapi import FastAPI

from dispute_mediation.complaints.api import doing_router, own_router, reading_router
from dispute_mediation.complaints.commands import TASKS as COMPLAINT_TASKS
from dispute_mediation.items.api import router as items_router
from dispute_mediation.items.commands import TASKS as ITEM_TASKS
from dispute_mediation.leaves.api import router as leaves_router
from dispute_mediation.meetings.api import router as meetings_router
from dispute_mediation.persons.storage import SEALED
from dispute_mediation.reactions import READ_MODEL, SUBSCRIPTIONS
from dispute_mediation.seed import seed
from dispute_mediation.tables import metadata
from shared.process import app_from_environment
from shared.service import Service

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="dispute-mediation",
    metadata=metadata,
    routers=[doing_router, reading_router, own_router, meetings_router, items_router, leaves_router],
    subscriptions=SUBSCRIPTIONS,
    tasks={**COMPLAINT_TASKS, **ITEM_TASKS},
    seed=seed,
    read_model=READ_MODEL,
    sealed=SEALED,
)


def create_app() -> FastAPI:
    """Return the HTTP application, made from the environment."""
    return app_from_environment(SERVICE)
