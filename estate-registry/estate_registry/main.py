"""The service as it describes itself, and its HTTP process."""

from typing import Final

from fastapi import FastAPI

from estate_registry.buildings.api import router as buildings_router
from estate_registry.contracts.api import router as contracts_router
from estate_registry.contracts.commands import FILING_OVERDUE, mark_filing_overdue
from estate_registry.estates.api import router as estates_router
from estate_registry.imports.api import router as imports_router
from estate_registry.imports.chunks import read_file, work_off_chunk
from estate_registry.imports.commands import IMPORT_CHUNK, IMPORT_READ
from estate_registry.modes.api import router as modes_router
from estate_registry.modes.commands import MODE_TURN, turn_mode
from estate_registry.operators.api import router as operators_router
from estate_registry.operators.commands import OPERATOR_TURN, turn_operator
from estate_registry.reactions import READ_MODEL, SUBSCRIPTIONS
from estate_registry.registration.api import router as registration_router
from estate_registry.seed import seed
from estate_registry.tables import metadata
from estate_registry.territories.api import router as territories_router
from shared.process import app_from_environment
from shared.service import Service

__all__ = ["SERVICE", "create_app"]

SERVICE: Final = Service(
    name="estate-registry",
    metadata=metadata,
    routers=[
        territories_router,
        registration_router,
        estates_router,
        buildings_router,
        modes_router,
        operators_router,
        contracts_router,
        imports_router,
    ],
    subscriptions=SUBSCRIPTIONS,
    tasks={
        IMPORT_READ: read_file,
        IMPORT_CHUNK: work_off_chunk,
        MODE_TURN: turn_mode,
        OPERATOR_TURN: turn_operator,
        FILING_OVERDUE: mark_filing_overdue,
    },
    seed=seed,
    read_model=READ_MODEL,
)


def create_app() -> FastAPI:
    """Return the HTTP application, made from the environment."""
    return app_from_environment(SERVICE)
