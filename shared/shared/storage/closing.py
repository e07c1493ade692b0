"""What a command leaves to its end, and a transaction that begins no earlier than it is needed.

Most commands read a little, decide, and then change a state, some rows beside it, journal and outbox. None of
these answers anything the command still asks, so they go to the database together as one statement. When
nothing was written or locked before, that statement is the whole transaction: it commits by itself, and the
round trips of BEGIN, of each change, and of COMMIT are spared.

The order of acts is kept: before anything else is asked or written, what was left is run. Two changes of one
table go in one statement only when both add rows or are known to touch different ones.
"""

import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import asyncpg

from shared.storage.faults import CONNECTION_LOST, ChangedMeanwhile, OutcomeUnknown
from shared.storage.lost_servers import roll_back
from shared.storage.query import Query

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["Change", "Closing", "commit", "committing", "composed"]

_PLACE: Final = re.compile(r"\$(\d+)")
_SHAPES: Final = 2_048


@dataclass(frozen=True, slots=True)
class Change:
    """A statement that changes rows and whose answer nobody waits for.

    `must_change`: it touches a row, or the whole unit of work ends with ChangedMeanwhile.
    `touching` tells the rows of one table apart, where a table is changed more than once.
    """

    query: Query
    arguments: Sequence[object]
    must_change: bool = False
    touching: Hashable = None

    def stands_beside(self, other: "Change") -> bool:
        """Say whether both may be parts of one statement, whose parts do not see each other's rows."""
        if None in {self.query.changes, other.query.changes}:
            return False
        if self.query.changes is not other.query.changes:
            return True
        if self.query.only_adds and other.query.only_adds:
            return True
        return self.touching is not None and other.touching is not None and self.touching != other.touching


@dataclass(slots=True)
class Closing:
    """The changes that wait for the end of a unit of work on one connection."""

    connection: "PoolConnectionProxy[asyncpg.Record]"
    waiting: list[Change] = field(default_factory=list)
    transaction: asyncpg.transaction.Transaction | None = None

    async def put(self, change: Change) -> None:
        """Leave a change to the end, in its order."""
        if not all(change.stands_beside(earlier) for earlier in self.waiting):
            await self.settle()
        self.waiting.append(change)

    async def before(self, query: Query) -> None:
        """Make ready for a statement that runs now: what was left runs first, what it locks stays locked."""
        await self.settle()
        if not query.only_looks:
            await self.begin()

    async def begin(self) -> None:
        """Begin the transaction, unless it has begun."""
        if self.transaction is None:
            transaction = self.connection.transaction()
            await transaction.start()
            self.transaction = transaction

    async def settle(self) -> None:
        """Run what was left, in the transaction; raise ChangedMeanwhile and what the database refuses."""
        if self.waiting:
            await self.begin()
            await self._run("", ())

    async def end(self, recording: str, facts: Sequence[object]) -> None:
        """Run what was left and the recording of the facts; without a transaction that commits by itself.

        `recording` is a statement of `storage.recording`, or empty without facts. Raises ChangedMeanwhile,
        what the database refuses, and OutcomeUnknown when the connection is lost in what commits itself.
        """
        if not self.waiting and not recording:
            return
        if self.transaction is not None:
            await self._run(recording, facts)
            return
        with committing():
            await self._run(recording, facts)

    async def commit(self) -> None:
        """Commit the transaction, if one began; raise OutcomeUnknown."""
        if self.transaction is not None:
            await commit(self.transaction)

    async def roll_back(self) -> None:
        """Undo everything."""
        if self.transaction is not None:
            await roll_back(self.transaction, self.connection)

    async def _run(self, recording: str, facts: Sequence[object]) -> None:
        changes, self.waiting = self.waiting, []
        sql = composed(tuple((change.query, change.must_change) for change in changes), recording, len(facts))
        arguments = [*facts]
        for change in changes:
            arguments += change.arguments
        try:
            await self.connection.execute(sql, *arguments)
        except asyncpg.DivisionByZeroError as untouched:
            if any(change.must_change for change in changes):
                raise ChangedMeanwhile from untouched
            raise


async def commit(transaction: asyncpg.transaction.Transaction) -> None:
    """Commit; raise OutcomeUnknown when the connection is lost meanwhile."""
    with committing():
        await transaction.commit()


@contextmanager
def committing() -> Iterator[None]:
    """Run what commits; raise OutcomeUnknown when the connection is lost meanwhile."""
    try:
        yield
    except CONNECTION_LOST as lost:
        raise OutcomeUnknown from lost


@lru_cache(maxsize=_SHAPES)
def composed(changes: tuple[tuple[Query, bool], ...], recording: str, facts: int) -> str:
    """Return one statement that makes the changes in their order and then records the facts.

    Every change is a part of its own; `settled` counts their rows, one after the other, and divides by the
    count where there must be one. The facts are read only after it, so that whoever changed nothing records
    nothing, and rows are locked before the heads of subjects, as everywhere.
    """
    if not changes:
        return recording
    parts, counts, taken = [], [], facts
    for number, (query, must_change) in enumerate(changes):
        parts.append(f"change_{number} AS ({_shifted(query.sql, taken)} RETURNING 1)")
        count = f"(SELECT count(*) FROM change_{number})"  # noqa: S608 - names of our own
        counts.append(f"{f'1 / {count}' if must_change else count} AS count_{number}")
        taken += query.parameters
    settled = f"settled AS MATERIALIZED (SELECT {', '.join(counts)})"
    head = f"WITH {', '.join([*parts, settled])}"
    if not recording:
        return f"{head} SELECT * FROM settled"  # noqa: S608 - compiled statements, values as parameters
    return f"{head}, {recording.removeprefix('WITH ').replace('/*settled*/', 'CROSS JOIN settled')}"


def _shifted(sql: str, by: int) -> str:
    return _PLACE.sub(lambda place: f"${int(place[1]) + by}", sql) if by else sql
