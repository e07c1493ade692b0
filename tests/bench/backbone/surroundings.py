"""Two services on their servers: dispute-mediation tells, supervision listens."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from dispute_mediation.main import SERVICE as TELLING
from shared.clusters import KafkaCluster, Topic, apply_topics, declared_topics, scratch_folder
from shared.clusters.postgres import PostgresCluster
from shared.kernel import system_clock
from shared.messaging import Bus, KafkaBus, KafkaSettings, PostgresBus, install_bus
from shared.service import Service
from shared.storage import Database, administrator, migrate, prepare_cluster, tidy
from supervision.main import SERVICE as LISTENING
from tests.bench.ground import disk_folder, postgres

BARE = Topic(name="nz.bare.events", partitions=6, retention_days=1, cleanup="delete")
TENANT = "610703"
PASSWORD = "bench"
POOL = 16


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """The servers, and the doors of the two services."""

    postgres: PostgresCluster
    kafka: KafkaCluster | None
    telling: Database
    listening: Database

    @classmethod
    @asynccontextmanager
    async def laid(cls, *, with_kafka: bool) -> AsyncIterator["Surroundings"]:
        async with AsyncExitStack() as stack:
            server = await stack.enter_async_context(postgres(disk_folder("backbone")))
            kafka = await stack.enter_async_context(_kafka()) if with_kafka else None
            await _prepare(server)
            doors = [database_of(address_of(server, service), service) for service in (TELLING, LISTENING)]
            for door in doors:
                await door.open()
                stack.push_async_callback(door.close)
                await tidy(door, now=system_clock())
            yield cls(postgres=server, kafka=kafka, telling=doors[0], listening=doors[1])

    @property
    def bootstrap(self) -> str:
        assert self.kafka is not None
        return self.kafka.bootstrap


def address_of(server: PostgresCluster, service: Service) -> str:
    return server.dsn(database="postgres", user=service.package, password=PASSWORD)


def database_of(dsn: str, service: Service) -> Database:
    return Database(dsn=dsn, schema=service.package, pool_min=1, pool_max=POOL)


def bus_of(kind: str, bootstrap: str, database: Database) -> Bus:
    if kind == "kafka":
        return KafkaBus(KafkaSettings(servers=bootstrap, client_id=database.schema))
    return PostgresBus(database)


@asynccontextmanager
async def _kafka() -> AsyncIterator[KafkaCluster]:
    folder = scratch_folder()
    async with KafkaCluster(folder=folder / "kafka") as cluster:
        await apply_topics(bootstrap=cluster.bootstrap, topics=[*declared_topics(), BARE])
        yield cluster
    shutil.rmtree(folder, ignore_errors=True)


async def _prepare(server: PostgresCluster) -> None:
    schemas = [TELLING.schema, LISTENING.schema]
    await prepare_cluster(server.dsn(), schemas=schemas, passwords={each.name: PASSWORD for each in schemas})
    await migrate(server.dsn(), schemas=schemas)
    async with administrator(server.dsn()) as connection:
        await install_bus(connection, roles=[each.name for each in schemas])
