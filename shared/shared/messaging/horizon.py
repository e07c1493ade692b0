"""Where the reading of the outbox may start: below it no number can appear any more.

Vacuum cannot remove deleted rows while an old transaction is open; a scan from the beginning then crosses all
of them. Numbers are drawn before they are committed, so the highest one seen is no safe start: a transaction
that drew a lower one may still be open. It drew after it had its transaction id. So: see a number, take a new
transaction id, and when every transaction older than that id has ended, all lower numbers are there or never
come.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Horizon"]

LOOK_SECONDS: Final = 1.0
# A second lock: from time to time the reading starts from the very beginning.
WHOLE_SECONDS: Final = 60.0

_OLDEST: Final = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NEXT: Final = "SELECT pg_current_xact_id()::text::bigint"


@dataclass(slots=True)
class Horizon:
    """The lowest number that can still appear, moved up at most once in LOOK_SECONDS."""

    floor: int = 0
    _seen: int | None = None
    _drawn_before: int = 0
    _oldest: int = 0
    _look_at: float = 0.0
    _whole_at: float = 0.0

    async def start(self, connection: "asyncpg.Connection[asyncpg.Record]") -> int:
        """Return where the next reading starts. To be called before it, on the same connection."""
        now = time.monotonic()
        self._oldest = 0
        if self._seen is not None and now >= self._look_at:
            self._look_at = now + LOOK_SECONDS
            self._oldest = await connection.fetchval(_OLDEST)
        if now < self._whole_at:
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
