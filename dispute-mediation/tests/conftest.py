"""What the tests of this service share."""

import httpx
import pytest
from mediation_desk import Desk, Hear, estate_registered, operator_assigned

from dispute_mediation.main import SERVICE
from shared.contracts import Event
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, deliver


@pytest.fixture(scope="session")
def service() -> Service:
    """Return the service under test."""
    return SERVICE


@pytest.fixture
def hear(service: Service, database: Database, clock: SettableClock) -> Hear:
    """Return how facts of other contexts are delivered: every message comes twice."""

    async def heard(*events: Event) -> None:
        for event in events:
            await deliver(service, database, event, now=clock.now, times=2)

    return heard


@pytest.fixture
def bare_desk(client: httpx.AsyncClient, database: Database, clock: SettableClock) -> Desk:
    """Return a desk in a house that has heard of nothing yet."""
    return Desk(client=client, database=database, clock=clock)


@pytest.fixture
async def desk(bare_desk: Desk, hear: Hear) -> Desk:
    """Return a desk in a house that knows the estate and its company."""
    await hear(estate_registered(), operator_assigned())
    return bare_desk
