import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from messaging.doubles import EFFECTS

from shared.clusters import KafkaCluster, Topic, apply_topics, kafka_available, scratch_folder
from shared.messaging import Bus, KafkaBus, KafkaSettings, PostgresBus, install_bus
from shared.storage import Database
from shared.testing import ServiceDatabase

PARTITIONS = 3


async def prepare(fresh: ServiceDatabase) -> None:
    connection = await asyncpg.connect(fresh.admin_dsn)
    try:
        await install_bus(connection, roles=["sample"])
        await connection.execute(EFFECTS)
    finally:
        await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def wired(service_database: ServiceDatabase) -> Database:
    """The sample service's database with the bus installed and a table for effects."""
    await prepare(service_database)
    return service_database.database


@dataclass
class Broker:
    """A Kafka that starts when the first test wants it."""

    stack: AsyncExitStack = field(default_factory=AsyncExitStack)
    cluster: KafkaCluster | None = None

    async def running(self) -> KafkaCluster:
        missing = kafka_available()
        if missing is not None:
            pytest.skip(missing)
        if self.cluster is None:
            folder = scratch_folder()
            self.stack.callback(shutil.rmtree, folder)
            self.cluster = await self.stack.enter_async_context(KafkaCluster(folder=folder / "kafka"))
        return self.cluster


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broker() -> AsyncIterator[Broker]:
    made = Broker()
    async with made.stack:
        yield made


def topic_of_tests(name: str) -> Topic:
    return Topic(name=name, partitions=PARTITIONS, retention_days=1, cleanup="delete")


async def kafka_topic(cluster: KafkaCluster, name: str) -> None:
    await apply_topics(bootstrap=cluster.bootstrap, topics=[topic_of_tests(name)])


@dataclass(frozen=True)
class Ground:
    """One bus to try, with a topic nobody else uses; `bus()` makes a further process's bus."""

    kind: str
    topic: str
    bus: Callable[[], Bus]


@asynccontextmanager
async def closing(make: Callable[[], Bus]) -> AsyncIterator[Callable[[], Bus]]:
    made: list[Bus] = []

    def remembering() -> Bus:
        made.append(make())
        return made[-1]

    yield remembering
    for bus in made:
        await bus.close()


@pytest_asyncio.fixture(
    loop_scope="session", params=["postgres", pytest.param("kafka", marks=pytest.mark.kafka)]
)
async def ground(request: pytest.FixtureRequest, wired: Database, broker: Broker) -> AsyncIterator[Ground]:
    topic = f"nz.t{uuid4().hex}.events"
    if request.param == "kafka":
        cluster = await broker.running()
        await kafka_topic(cluster, topic)
        settings = KafkaSettings(servers=cluster.bootstrap, client_id="tests")
        async with closing(lambda: KafkaBus(settings)) as bus:
            yield Ground("kafka", topic, bus)
    else:
        async with closing(lambda: PostgresBus(wired)) as bus:
            yield Ground("postgres", topic, bus)


Prepare = Callable[[ServiceDatabase], Awaitable[None]]


@pytest.fixture
def preparing() -> Prepare:
    return prepare
