"""How fast a read model is built anew beside live traffic: supervision's, from the register's journal."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from onebox.services import service_named
from shared.contracts import Event
from shared.contracts.estate_registry import EstateProfileUpdated, EstateRegistered
from shared.kernel import Actor, new_id, system_clock
from shared.messaging import Consumer, PostgresBus, Rebuild, Relay, event_of
from shared.storage import Database, Occasion, administrator
from supervision.main import SERVICE as SUPERVISION
from tests.bench.figures import Figure
from tests.bench.ground import Ground, disk_folder
from tests.contracts.corpus import Corpus

FIGURES = ("rebuild", "rebuild-held-ms")
ESTATES = 60_000
# Each estate is registered and then renamed so many times.
PROFILES = 4
LIVE_PER_SECOND = 200
SOURCE = "estate_registry"
_FILL = """
INSERT INTO estate_registry.journal (recorded_at, event_id, type, subject, subject_version, territory, person,
    role, pii_level, data)
SELECT now() - interval '1 hour',
    (lpad(to_hex(1740000000000 + v), 12, '0') || substr(md5(n || ' ' || v), 1, 20))::uuid,
    CASE v WHEN 0 THEN $1 ELSE $2 END, estate, v + 1, '610703001001', 'p', 'R11', 0,
    (CASE v WHEN 0 THEN $3::jsonb || jsonb_build_object('code', '610703001001' || lpad(n::text, 6, '0'))
        ELSE $4::jsonb || jsonb_build_object('version', v + 1) END)
    || jsonb_build_object('estate_id', estate, 'estate_name', '小区 ' || n || ' v' || v)
FROM (SELECT n, md5('e' || n)::uuid::text AS estate FROM generate_series(1, $5::int) AS n) AS estates,
    generate_series(0, $6::int) AS v
ORDER BY v, n
"""


async def measure() -> list[Figure]:
    """Rebuild beside a writer, its relay and the live consumer; the limit is copying the same rows in SQL."""
    async with Ground.laid(disk_folder("rebuild")) as ground:
        dsn = ground.cluster.admin_dsn
        await _fill(dsn)
        copied = await _copied_per_second(dsn)
        source = ground.cluster.database(service_named("estate-registry"))
        async with _live(source, ground.cluster.database(SUPERVISION)):
            rebuilt = await _rebuild(dsn).run()
    rate = round(rebuilt.applied / rebuilt.seconds)
    held = round(rebuilt.held_seconds * 1000)
    return [
        Figure(name="rebuild", value=rate, unit="1/s", limit=copied, goal=20_000),
        Figure(name="rebuild-held-ms", value=held, unit="ms"),
    ]


def _rebuild(dsn: str) -> Rebuild:
    assert SUPERVISION.read_model is not None
    return Rebuild(
        dsn=dsn,
        schema=SUPERVISION.package,
        model=SUPERVISION.read_model,
        subscriptions=SUPERVISION.subscriptions,
    )


def _payload(fact: type[Event], **changes: object) -> str:
    event = event_of(Corpus().read(fact.name).message()).model_copy(update=changes)
    return event.model_dump_json()


async def _fill(dsn: str) -> None:
    async with administrator(dsn) as connection:
        await connection.execute(
            _FILL,
            EstateRegistered.name,
            EstateProfileUpdated.name,
            _payload(EstateRegistered),
            _payload(EstateProfileUpdated),
            ESTATES,
            PROFILES,
        )
        await connection.execute("ANALYZE estate_registry.journal")


async def _copied_per_second(dsn: str) -> float:
    """Return how fast PostgreSQL alone writes the payloads of these rows into an indexed table."""
    async with administrator(dsn) as connection:
        await connection.execute("CREATE TABLE public.copied (id uuid PRIMARY KEY, data jsonb)")
        started = time.monotonic()
        await connection.execute(
            "INSERT INTO public.copied SELECT event_id, data FROM estate_registry.journal"
        )
        seconds = time.monotonic() - started
        await connection.execute("DROP TABLE public.copied")
    return round(ESTATES * (PROFILES + 1) / seconds)


@asynccontextmanager
async def _live(source: Database, reader: Database) -> AsyncIterator[None]:
    """Record new facts steadily, carry them by the bus and apply them, as the platform does."""
    await source.open()
    await reader.open()
    relay = Relay(database=source, bus=PostgresBus(source), tenant="610703")
    consumer = Consumer(
        database=reader,
        bus=PostgresBus(reader),
        group=reader.schema,
        subscriptions=SUPERVISION.subscriptions,
    )
    running = [asyncio.create_task(part) for part in (relay.run(), consumer.run(), _write(source))]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await source.close()
        await reader.close()


async def _write(source: Database) -> None:
    for number in count(1):
        estate = new_id()
        fact = event_of(Corpus().read(EstateRegistered.name).message())
        assert isinstance(fact, EstateRegistered)
        event = fact.model_copy(update={"estate_id": estate, "code": f"610703002001{number:06d}"})
        async with source.begin(Occasion(actor=Actor.system("bench"), now=system_clock())) as work:
            work.publish(event, about=_Estate(estate))
        await asyncio.sleep(1 / LIVE_PER_SECOND)


@dataclass(frozen=True)
class _Estate:
    id: UUID
    territory: str = "610703002001"
