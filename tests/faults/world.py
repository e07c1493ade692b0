"""What a fault run stands on: a PostgreSQL with fsync, a Kafka of three brokers, doors before both."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sample_service import SAMPLE

from shared.clusters import ONE_BOX, KafkaCluster, PostgresCluster, Topic, apply_topics, declared_topics
from shared.clusters.scratch import sweep_scratch
from shared.service import Service
from shared.storage import Database, administrator, make_database, migrate, prepare_cluster
from subsidy_ledger.main import SERVICE as LEDGER
from supervision.main import SERVICE as SUPERVISION
from tests.faults.books import approve_budgets
from tests.faults.facts import EFFECTS
from tests.faults.proxy import Door
from tests.faults.schedule import BROKERS, POSTGRES_DOORS
from tests.faults.writing import things_of

DATABASE: Final = "faults"
SERVICES: Final[Sequence[Service]] = (SAMPLE, LEDGER, SUPERVISION)
# Who leaves effects, by schema: of all facts; of payments; of the commitments that payments lead to.
CONSUMERS: Final = tuple(service.package for service in SERVICES)
_PASSWORD: Final = "faults"
_POSTGRES: Final = {"max_connections": "120", "checkpoint_timeout": "60s", "deadlock_timeout": "200ms"}
# A run lives for minutes: what starts sooner counts for more than what runs faster after an hour.
_JAVA_OPTIONS: Final = ("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_ADD_THING: Final = "INSERT INTO things (id, name, territory, version) VALUES ($1, '', $2, 1)"


@dataclass(kw_only=True)
class World:
    """The servers, and the doors to them. `kafka_doors` are by broker number."""

    folder: Path
    postgres: PostgresCluster
    kafka: KafkaCluster
    postgres_doors: dict[str, Door]
    kafka_doors: dict[int, Door]

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, through their doors."""
        return self.kafka.bootstrap

    @property
    def admin_dsn(self) -> str:
        """The administrator's address, past the doors."""
        return self.postgres.dsn(database=DATABASE)

    def dsn(self, service: Service, *, door: str) -> str:
        """Return a service's address through a door."""
        straight = self.postgres.dsn(database=DATABASE, user=service.package, password=_PASSWORD)
        return straight.replace(f":{self.postgres.port}/", f":{self.postgres_doors[door].port}/")

    def straight(self, service: Service) -> Database:
        """Return a service's database past the doors: for who prepares and who looks afterwards."""
        dsn = self.postgres.dsn(database=DATABASE, user=service.package, password=_PASSWORD)
        return Database(dsn=dsn, schema=service.package, pool_min=0, pool_max=2)


@asynccontextmanager
async def standing_world(*, seed: int, brokers: int = BROKERS) -> AsyncIterator[World]:
    """Start the servers on disk, with everything in them that a run needs; remove all of it at the end."""
    folder = _folder_on_disk()
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        world = await _doors_and_servers(folder, brokers, stack)
        await _start(world, stack)
        await _prepare(world, seed)
        yield world


def _folder_on_disk() -> Path:
    """Make a folder on disk, not in memory: fsync is part of what is tried."""
    parent = Path(tempfile.gettempdir())
    sweep_scratch(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"gongzhi-{os.getpid()}-", dir=parent))
    folder.chmod(0o711)
    return folder


async def _doors_and_servers(folder: Path, brokers: int, stack: AsyncExitStack) -> World:
    postgres_doors = {name: Door(name) for name in POSTGRES_DOORS}
    kafka_doors = {number: Door(f"broker {number}") for number in range(1, brokers + 1)}
    for door in (*postgres_doors.values(), *kafka_doors.values()):
        await door.open()
        stack.push_async_callback(door.close)
    kafka = KafkaCluster(
        folder=folder / "kafka",
        brokers=brokers,
        java_options=_JAVA_OPTIONS,
        told_ports={number: door.port for number, door in kafka_doors.items()},
    )
    for node in kafka.nodes:
        kafka_doors[node.number].target = node.port
    postgres = PostgresCluster(folder=folder / "postgres", profile=ONE_BOX, settings=_POSTGRES)
    return World(
        folder=folder,
        postgres=postgres,
        kafka=kafka,
        postgres_doors=postgres_doors,
        kafka_doors=kafka_doors,
    )


async def _start(world: World, stack: AsyncExitStack) -> None:
    stack.push_async_callback(_kill_brokers, world.kafka)
    await world.kafka.start()
    await stack.enter_async_context(world.postgres)
    for door in world.postgres_doors.values():
        door.target = world.postgres.port


async def _kill_brokers(kafka: KafkaCluster) -> None:
    """Their data are thrown away: they need not leave in order."""
    for number in list(kafka.pids):
        await kafka.kill_broker(number)


async def _prepare(world: World, seed: int) -> None:
    await make_database(world.postgres.dsn(), name=DATABASE)
    schemas = [service.schema for service in SERVICES]
    passwords = {service.package: _PASSWORD for service in SERVICES}
    await prepare_cluster(world.admin_dsn, schemas=schemas, passwords=passwords)
    await migrate(world.admin_dsn, schemas=schemas)
    async with administrator(world.admin_dsn) as connection:
        for service in SERVICES:
            await connection.execute(EFFECTS.format(schema=service.package))
        await connection.execute("SET search_path = sample")
        await connection.executemany(_ADD_THING, [(thing.id, thing.territory) for thing in things_of(seed)])
    await _fill_books(world)
    sample = Topic(name=SAMPLE.topic, partitions=6, retention_days=1, cleanup="delete")
    await apply_topics(bootstrap=world.bootstrap, topics=[sample, *declared_topics()])


async def _fill_books(world: World) -> None:
    database = world.straight(LEDGER)
    await database.open()
    await LEDGER.put_reference_data(database)
    await approve_budgets(database)
    await database.close()
