"""A plugin of pytest that adds to the corpus what the services' tests record: `-p tests.contracts.recorder`.

What a test left in its outbox goes through the relay to a bus that keeps it. The run ends as soon as
nothing is missing.
"""

import asyncio
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from shared.contracts.schemas import FOLDER as SNAPSHOTS
from shared.contracts.schemas import stored
from shared.messaging import BusUnavailable, Message, Relay, Subscription
from shared.storage import Database
from tests.contracts.corpus import Corpus, Recorded

if TYPE_CHECKING:
    from shared.service import Service
    from shared.testing import ServiceDatabase, TestCluster

_TENANT = "610703"
_LEFT = "SELECT count(*) FROM outbox"


@dataclass
class _KeepingBus:
    """Keeps what is published."""

    kept: list[Message] = field(default_factory=list)

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:  # noqa: ARG002 - a bus takes it
        self.kept += messages

    async def subscribe(self, *, group: str, topics: Collection[str]) -> Subscription:
        message = f"{group} cannot read {topics} where messages are only kept."
        raise BusUnavailable(message)

    async def close(self) -> None:
        """Nothing is held open."""


@pytest.fixture(autouse=True)
def _recorded_after_the_test(request: pytest.FixtureRequest) -> Iterator[None]:
    if "service_database" not in request.fixturenames:
        yield
        return
    cluster: TestCluster = request.getfixturevalue("cluster")
    service: Service = request.getfixturevalue("service")
    fresh: ServiceDatabase = request.getfixturevalue("service_database")
    yield
    for message in _apart(cluster.database(fresh.name, service)):
        Corpus().keep(Recorded.of(message))
    if not Corpus().missing(stored(SNAPSHOTS)):
        request.session.shouldstop = "nothing is missing any more"


def _apart(database: Database) -> list[Message]:
    """Relay on a loop of its own: that of the tests does not run between them."""
    bus = _KeepingBus()
    thread = threading.Thread(target=lambda: asyncio.run(_relay(database, bus)))
    thread.start()
    thread.join()
    return bus.kept


async def _relay(database: Database, bus: _KeepingBus) -> None:
    await database.open()
    relaying = asyncio.create_task(Relay(database=database, bus=bus, tenant=_TENANT).run())
    while await database.pool.fetchval(_LEFT):  # noqa: ASYNC110 - what is waited for lies in the database
        await asyncio.sleep(0.02)
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)
    await database.close()
