"""A rebuild: read the journals from the start into new tables, catch up, then switch.

It runs beside live traffic. Cut off at any point it leaves the old read model as it was, and the next one
begins anew.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from shared.kernel import Clock, seldom_swept, system_clock
from shared.messaging.applying import Applier
from shared.messaging.arrival import Arrival
from shared.messaging.postgres.retention import RETENTION
from shared.messaging.rebuild.declaration import ReadModel
from shared.messaging.rebuild.refusals import (
    HorizonStands,
    ReachesOutside,
    RebuildUnderWay,
    refuse_reaching_outside,
)
from shared.messaging.rebuild.shadow import Shadow, ShadowDatabase
from shared.messaging.rebuild.sources import Source, sources_of
from shared.messaging.rebuild.switching import (
    Difference,
    bring_over,
    compare,
    hold_consumer,
    merge_arrivals,
    missing_arrivals,
)
from shared.messaging.subscriptions import Subscriptions
from shared.storage import administrator

if TYPE_CHECKING:
    import asyncpg

    from shared.storage import Database

__all__ = [
    "THE_BEGINNING",
    "Progress",
    "Rebuild",
    "Rebuilt",
]

BATCH: Final = 4_000
# So few numbers can be read while the consumer waits.
SMALL_REST: Final = 5_000
LOOK_SECONDS: Final = 0.1
# How long the rest may stay large before we say that a transaction holds it up.
PATIENCE_SECONDS: Final = 120.0
THE_BEGINNING: Final = datetime(1, 1, 1, tzinfo=UTC)
_TRY_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('rebuild:' || $1, 0))"
# What a person dropped has no effect in the new read model either. As of now: this inbox forgot nothing yet.
_DROPPED: Final = """
INSERT INTO {next}.inbox (consumer, event_id, applied_at)
SELECT consumer, event_id, now() FROM {live}.parked WHERE state = 'dropped'
"""
_DENIED: Final = "SELECT error FROM {next}.parked WHERE error LIKE '%InsufficientPrivilegeError%' LIMIT 1"
_PARKED: Final = "SELECT count(*) FROM {next}.parked"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is: events applied; of a journal, the number read and the highest."""

    source: str
    applied: int
    done: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild did: events applied, events parked for a decision, and how the old tables differed."""

    applied: int
    parked: int
    seconds: float
    held_seconds: float
    differences: Sequence[Difference]
    switched: bool


@dataclass(kw_only=True)
class Rebuild:
    """The rebuild of one service's read model. `dsn` is the administrator's address of its server.

    Facts recorded before `since` are left out; `subscriptions` are the service's own, to know which reactions
    do more than write the read model.
    """

    dsn: str
    schema: str
    model: ReadModel
    subscriptions: Subscriptions
    since: datetime = THE_BEGINNING
    clock: Clock = system_clock
    batch: int = BATCH
    progress: Callable[[Progress], None] | None = None
    applied: int = 0
    _shadow: Shadow = field(init=False)
    _applier: Applier = field(init=False)
    _sources: list[Source] = field(init=False)

    def __post_init__(self) -> None:
        """Make the parts; nothing is touched before `run`."""
        self._shadow = Shadow(live=self.schema)
        database = ShadowDatabase(dsn=self.dsn, schema=self.schema, shadow=self._shadow, pool_max=2)
        self._applier = Applier(
            database=database, consumer=self.schema, subscriptions=self.model.reactions, clock=self.clock
        )
        self._sources = sources_of(
            dsn=self.dsn, facts=self.model.reactions, types=self._applier.types, since=self.since
        )

    async def run(self, *, switch: bool = True) -> Rebuilt:
        """Build, catch up and switch; without `switch` only say what differs.

        Raises RebuildUnderWay, ReachesOutside, HorizonStands.
        """
        started = asyncio.get_running_loop().time()
        async with self._place() as connection:
            with seldom_swept():
                await self._catch_up()
            held = asyncio.get_running_loop().time()
            async with connection.transaction():
                differences = await self._end(connection, switch=switch)
            ended = asyncio.get_running_loop().time()
            parked = await connection.fetchval(_PARKED.format(next=self._shadow.next))
        return Rebuilt(
            applied=self.applied,
            parked=parked,
            seconds=ended - started,
            held_seconds=ended - held,
            differences=differences,
            switched=switch,
        )

    @asynccontextmanager
    async def _place(self) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
        """Make the new tables and open all connections; leave nothing behind."""
        async with administrator(self.dsn) as connection, AsyncExitStack() as stack:
            if not await connection.fetchval(_TRY_LOCK, self.schema):
                raise RebuildUnderWay(self.schema)
            await self._shadow.make(connection, self.model)
            stack.push_async_callback(self._shadow.drop, connection)
            await connection.execute(_DROPPED.format(live=self.schema, next=self._shadow.next))
            for database in (self._applier.database, *(source.database for source in self._sources)):
                await _opened(database, stack)
            yield connection

    async def _catch_up(self) -> None:
        """Read every journal until next to nothing is left; raise HorizonStands when that does not come."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while True:
            before = self.applied
            for source in self._sources:
                await source.look()
                await self._read(source, upto=source.final)
            now = asyncio.get_running_loop().time()
            rest = max(self._sources, key=lambda source: source.behind)
            if rest.behind <= SMALL_REST:
                return
            deadline = now + PATIENCE_SECONDS if self.applied > before else deadline
            if now > deadline:
                raise HorizonStands(rest.name, rest.behind)
            await asyncio.sleep(LOOK_SECONDS)

    async def _read(self, source: Source, *, upto: int) -> None:
        """Apply a journal up to a number; the next rows are fetched while these are applied."""
        fetching = asyncio.create_task(source.read(after=source.done, upto=upto, limit=self.batch))
        while (fetched := await fetching)[1]:
            last, arrivals = fetched
            fetching = asyncio.create_task(source.read(after=last, upto=upto, limit=self.batch))
            try:
                await self._apply(arrivals)
            except BaseException:
                fetching.cancel()
                raise
            source.done = last
            self._show(source)
        source.done = max(source.done, upto)

    async def _apply(self, arrivals: Sequence[Arrival]) -> None:
        try:
            await self._applier.apply_patiently(arrivals)
        except Exception as error:  # noqa: BLE001 - found and parked one by one, as the consumer does
            refuse_reaching_outside(error)
            for arrival in arrivals:
                await self._applier.apply_or_park(arrival)
        self.applied += len(arrivals)

    def _show(self, source: Source) -> None:
        if self.progress is not None:
            self.progress(Progress(source.name, self.applied, source.done, source.highest))

    async def _end(
        self, connection: "asyncpg.Connection[asyncpg.Record]", *, switch: bool
    ) -> list[Difference]:
        """Within one transaction: hold the consumer, apply what is left, compare or switch."""
        tables = self.model.ordered
        for table in tables:
            await connection.execute(f'ANALYZE {self._shadow.next}."{table.name}"')
        await hold_consumer(connection, self._shadow)
        for source in self._sources:
            await source.look()
            # What cannot be seen yet was not published either: the consumer will bring it.
            await self._read(source, upto=source.highest)
        denied = await connection.fetchval(_DENIED.format(next=self._shadow.next))
        if denied is not None:
            raise ReachesOutside(denied)
        if not switch:
            return await compare(connection, self._shadow, tables)
        differences = await bring_over(connection, self._shadow, tables)
        await self._merge(connection)
        return differences

    async def _merge(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        missing = await missing_arrivals(connection, self._shadow, since=_first_id(self.clock() - RETENTION))
        wider = [
            name
            for fact, reaction in self.model.reactions.items()
            if self.subscriptions.get(fact) is not reaction
            for name in self._applier.names_of(fact)
        ]
        again = {each for source in self._sources for each in await source.of_types(missing, wider)}
        await merge_arrivals(
            connection,
            self._shadow,
            types=sorted(self._applier.types),
            taken=[each for each in missing if each not in again],
            now=self.clock(),
        )


async def _opened(database: "Database", stack: AsyncExitStack) -> None:
    await database.open()
    stack.push_async_callback(database.close)


def _first_id(moment: datetime) -> UUID:
    """Return the least UUIDv7 of a moment: ids of messages are given where the fact is recorded."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
