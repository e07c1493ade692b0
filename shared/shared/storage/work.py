"""The unit of work: what a command may do with the database, and the facts it will have recorded."""

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg

from shared.contracts import Event
from shared.kernel import Actor, Conflict, NotAllowed, NotFound, Scope, TerritoryCode, new_id
from shared.storage.closing import Change, Closing, committing
from shared.storage.facts import Aggregate, Fact
from shared.storage.faults import ChangedMeanwhile
from shared.storage.occasion import Occasion
from shared.storage.query import Query

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["OutsideTerritory", "PreconditionFailed", "Row", "Work"]

Row = asyncpg.Record


class PreconditionFailed(Conflict):
    """The caller's `If-Match` names another version than the one stored (answered with 412)."""

    zh = "您看到的是第 {expected} 版，现在已是第 {actual} 版。请重新读取后再提交。"
    en = "You saw version {expected}, the record is at version {actual} now. Read it again, then submit."


class OutsideTerritory(NotAllowed):
    """The caller's role does not reach this territory."""

    zh = "您的职权范围是“{scope}”，不包括“{territory}”。请由属地人员办理。"
    en = "Your role covers territory '{scope}', not '{territory}'. Ask the unit responsible there."


@dataclass(slots=True, kw_only=True)
class Work:
    """One unit of work on one connection. `Database` commits it, together with its facts.

    With a `closing`, changes whose answer nobody waits for are left to the end; without one, all run at once.
    Where nothing is `lent` yet, `lend` lends the connection for the first statement.
    """

    occasion: Occasion
    lent: "PoolConnectionProxy[asyncpg.Record] | None" = None
    lend: "Callable[[], Awaitable[PoolConnectionProxy[asyncpg.Record]]] | None" = None
    facts: list[Fact] = field(default_factory=list)
    memory: dict[str, object] = field(default_factory=dict)
    closing: Closing | None = None
    # The connection ended before the unit of work did: whatever was raised then, its doer is not to blame.
    interrupted: bool = False
    _matched: bool = False

    @property
    def connection(self) -> "PoolConnectionProxy[asyncpg.Record]":
        """Return the connection; raise RuntimeError where none was lent yet."""
        if self.lent is None:
            message = "No statement has asked for a connection yet."
            raise RuntimeError(message)
        return self.lent

    @property
    def actor(self) -> Actor:
        """Return the acting person."""
        return self.occasion.actor

    @property
    def scope(self) -> Scope:
        """Return the territory in which this unit of work can see and change rows."""
        return self.occasion.actor.scope

    @property
    def now(self) -> datetime:
        """Return the moment of the act, in UTC."""
        return self.occasion.now

    @property
    def reason(self) -> str | None:
        """Return the reason the person gave, if any."""
        return self.occasion.reason

    async def fetch_all(self, query: Query, **values: object) -> list[Row]:
        """Run a statement and return its rows."""
        await self._ready_for(query)
        return await self.connection.fetch(query.sql, *self._arguments(query, values))

    async def fetch_one(self, query: Query, **values: object) -> Row | None:
        """Run a statement and return its first row, or None."""
        await self._ready_for(query)
        return await self.connection.fetchrow(query.sql, *self._arguments(query, values))

    async def execute(self, query: Query, **values: object) -> int:
        """Run a statement and return how many rows it touched."""
        await self._ready_for(query)
        status = await self.connection.execute(query.sql, *self._arguments(query, values))
        return int(status.rpartition(" ")[2])

    async def execute_many(self, query: Query, rows: Iterable[Mapping[str, object]]) -> None:
        """Run a statement for many sets of values in one round trip."""
        await self._ready_for(query)
        await self.connection.executemany(query.sql, [self._arguments(query, row) for row in rows])

    async def commit_with(self, query: Query, **values: object) -> list[Row]:
        """Run the statement that is the whole change, and return its rows.

        It commits by itself, or with the rest where there is more. Raises OutcomeUnknown when the connection
        is lost in a statement that commits by itself.
        """
        if self.shares_its_commit:
            return await self.fetch_all(query, **values)
        await self._ready_for(query)
        with committing():
            return await self.connection.fetch(query.sql, *self._arguments(query, values))

    async def put(self, query: Query, *, touching: Hashable = None, **values: object) -> None:
        """Have a change made, at the latest with the commit: for one whose answer nobody waits for.

        `touching` names the rows of its table, where others of it are changed in the same unit of work.
        """
        await self._put(Change(query, self._arguments(query, values), touching=touching))

    async def load(self, query: Query, *, missing: type[NotFound], **values: object) -> Row:
        """Fetch the row a command is about; raise `missing` when it is not there or not in scope.

        The first row loaded is the addressed one: its `version` must be the caller's If-Match.
        """
        row = await self.find(query, **values)
        if row is None:
            raise missing(**{name: value for name, value in values.items() if name != "version"})
        return row

    async def find(self, query: Query, **values: object) -> Row | None:
        """Fetch the row a command is about as `load` does; None when it is not there or not in scope."""
        row = await self.fetch_one(query, **values)
        if row is not None:
            self._match(row)
        return row

    async def save(self, query: Query, **values: object) -> None:
        """Have an UPDATE made that compares the version; ChangedMeanwhile is raised when no row had it.

        What the database has against it is told at the latest with the commit, or by `settle`.
        """
        await self._put(Change(query, self._arguments(query, values), must_change=True))

    async def settle(self) -> None:
        """Make now what was put or saved, for a caller who must know what the database has against it."""
        if self.closing is not None:
            await self.closing.settle()

    async def begin(self) -> "PoolConnectionProxy[asyncpg.Record]":
        """Return the connection for statements of one's own, with the transaction begun."""
        if self.closing is not None:
            await self.closing.settle()
            await self.closing.begin()
        return await self.connected()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Have what is done within committed on leaving, in a unit of work that has no transaction.

        Raises OutcomeUnknown when the connection is lost in the commit.
        """
        closing = Closing(await self.connected())
        await closing.begin()
        try:
            yield
        except BaseException:
            await closing.roll_back()
            raise
        await closing.commit()

    async def connected(self) -> "PoolConnectionProxy[asyncpg.Record]":
        """Return the connection, which is lent with the first need of it."""
        if self.lent is None and self.lend is not None:
            self.lent = await self.lend()
        return self.connection

    @property
    def shares_its_commit(self) -> bool:
        """Say whether what a statement changes now is committed only with the rest of the unit of work."""
        return self.closing is not None or (self.lent is not None and self.lent.is_in_transaction())

    @property
    def ignored_if_match(self) -> bool:
        """Say whether the caller named a version that no loaded row was compared with."""
        return self.occasion.if_match is not None and not self._matched

    def publish(self, event: Event, *, about: Aggregate) -> UUID:
        """Have a fact recorded with this unit of work; return the id it will bear."""
        fact = Fact(
            id=new_id(),
            event=event,
            subject=str(about.id),
            territory=about.territory,
            traceparent=self.occasion.traceparent,
            causation_id=self.occasion.causation_id,
        )
        self.facts.append(fact)
        return fact.id

    def require_territory(self, territory: TerritoryCode) -> None:
        """Refuse a new row outside the caller's territory; raise OutsideTerritory."""
        if not self.scope.covers(territory):
            raise OutsideTerritory(scope=self.scope.prefix, territory=territory)

    async def _put(self, change: Change) -> None:
        if self.closing is not None:
            await self.closing.put(change)
            return
        connection = await self.connected()
        status = await connection.execute(change.query.sql, *change.arguments)
        if change.must_change and status.endswith(" 0"):
            raise ChangedMeanwhile

    async def _ready_for(self, query: Query) -> None:
        if self.closing is not None:
            await self.closing.before(query)
        elif self.lent is None:
            await self.connected()

    def _match(self, row: Row) -> None:
        expected = self.occasion.if_match
        if expected is None or self._matched:
            return
        self._matched = True
        actual = row.get("version")
        if actual != expected:
            raise PreconditionFailed(expected=expected, actual=actual)

    def _arguments(self, query: Query, values: Mapping[str, object]) -> Sequence[object]:
        if query.scoped:
            values = {**values, "scope_low": self.scope.low, "scope_high": self.scope.high}
        return query.arguments(values)
