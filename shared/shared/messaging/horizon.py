"""The lowest number of the outbox that can still appear: below it nothing has to be looked for.

Vacuum cannot remove deleted rows while an old transaction is open; a scan from the beginning then crosses all
of them. Numbers are drawn before they are committed, so the highest one seen is no safe start: a transaction
that drew a lower one may still be open. It drew after it had its transaction id. So: see a number, take a new
transaction id, and when every transaction older than that id has ended, all lower numbers are there or never
come.

How long vacuum has been held up is told by the same numbers: the age of the horizon is the age of the newest
moment whose transaction ids are all behind every snapshot that is still in use.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Horizon", "HorizonAge"]

LOOK_SECONDS: Final = 1.0
# A second lock: from time to time the reading starts from the very beginning.
WHOLE_SECONDS: Final = 60.0

# More moments than these are not kept: an hour and some, at one look a second.
MOST_MOMENTS: Final = 4_096

_OLDEST: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NEXT: Final = "SELECT pg_current_xact_id()::text::bigint"


# A transaction that only reads has no id, yet its snapshot holds up vacuum as well.
_HELD: Final = """
SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS next,
    (SELECT coalesce(max(greatest(age(backend_xmin), age(backend_xid))), 0)
     FROM pg_stat_activity WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database())
     AND pid <> pg_backend_pid()) AS behind
"""


@dataclass(slots=True)
class HorizonAge:
    """How long the oldest snapshot in use has been open, to a second, as far back as we have looked."""

    seconds: float = 0.0
    # Moments, each with the transaction id that was next then.
    _moments: deque[tuple[float, int]] = field(default_factory=deque)
    _look_at: float = 0.0

    async def look(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Measure anew, at most once in LOOK_SECONDS."""
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_SECONDS
        row = await connection.fetchrow(_HELD)
        assert row is not None  # noqa: S101 - a SELECT without FROM has one row; narrows the type
        self.note(now, next_id=row["next"], oldest_id=row["next"] - row["behind"])

    def note(self, now: float, *, next_id: int, oldest_id: int) -> None:
        """Take in a look: what was next at a moment that is behind the oldest is held up by nobody."""
        if len(self._moments) < MOST_MOMENTS:
            self._moments.append((now, next_id))
        while len(self._moments) > 1 and self._moments[1][1] <= oldest_id:
            self._moments.popleft()
        self.seconds = now - self._moments[0][0]


@dataclass(slots=True)
class Horizon:
    """The lowest number that can still appear, moved up at most once in LOOK_SECONDS."""

    floor: int = 0
    # The reading under way starts from the very beginning, whatever is known of what was read before.
    is_left_aside: bool = False
    age: HorizonAge = field(default_factory=HorizonAge)
    _seen: int | None = None
    _drawn_before: int = 0
    _oldest: int = 0
    _look_at: float = 0.0
    _whole_at: float = 0.0

    async def start(self, connection: "asyncpg.Connection[asyncpg.Record]") -> int:
        """Return where the next reading starts. To be called before it, on the same connection."""
        now = time.monotonic()
        await self.age.look(connection)
        self._oldest = 0
        if self._seen is not None and now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._oldest = await connection.fetchval(_OLDEST)
        self.is_left_aside = now >= self._whole_at
        if not self.is_left_aside:
            return self.floor
        self._whole_at = now + WHOLE_SECONDS
        return 0

    async def observe(self, connection: "asyncpg.Connection[asyncpg.Record]", numbers: Sequence[int]) -> None:
        """Take in what a reading showed, lowest number first."""
        if self._seen is not None:
            self._move_up(numbers)
        if self._seen is None and numbers:
            self._seen = numbers[-1]
            self._drawn_before = await connection.fetchval(_NEXT)

    def _move_up(self, numbers: Sequence[int]) -> None:
        """Move the floor when all that was open at the sighting had ended before this reading."""
        if self._seen is None or self._oldest < self._drawn_before:
            return
        self.floor = min([self._seen + 1, *numbers[:1]])
        self._seen = None
