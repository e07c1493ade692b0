"""What the tests of supervision share: the service, and how facts of other contexts reach it."""

import pytest
from supervision_samples import Hear

from shared.contracts import Event
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, deliver
from supervision.main import SERVICE


@pytest.fixture(scope="session")
def service() -> Service:
    """Return the service under test."""
    return SERVICE


@pytest.fixture
def hear(service: Service, database: Database, clock: SettableClock) -> Hear:
    """Return how facts are delivered: every message comes twice."""

    async def heard(*events: Event) -> None:
        for event in events:
            await deliver(service, database, event, now=clock.now, times=2)

    return heard
