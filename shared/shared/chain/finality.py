"""Up to which number nothing can appear any more.

Numbers are drawn before they are committed, so a low one may become visible after a higher one. Whoever draws
one has its transaction id already (the house's writers change another row first). So: see the highest number,
take a new transaction id, and once every transaction older than that id has ended, all lower numbers are
there or never come.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, Text, cast, func, select

from shared.chain.tables import Chain
from shared.storage import Query, Work

__all__ = ["Finality"]


def _number(value: ColumnElement[object]) -> ColumnElement[int]:
    """Return a transaction id as a number: there is a cast by way of its text alone."""
    return cast(cast(value, Text), BigInteger)


_OLDEST: Final = Query(select(_number(func.pg_snapshot_xmin(func.pg_current_snapshot())).label("id")))
_NEXT: Final = Query(select(_number(func.pg_current_xact_id()).label("id")))


@dataclass(slots=True)
class Finality:
    """The highest number that is final, as one process has seen it. To be asked outside a transaction."""

    upto: int = 0
    _seen: int = 0
    _drawn_before: int | None = None

    async def move_up(self, work: Work, chain: Chain) -> int:
        """Look again, and return the number up to which all is final."""
        if self._drawn_before is not None and await _ask(work, _OLDEST) >= self._drawn_before:
            self.upto, self._drawn_before = self._seen, None
        if self._drawn_before is None:
            row = await work.fetch_one(chain.last_query)
            self._seen = row[0] if row else 0
            self._drawn_before = await _ask(work, _NEXT) if self._seen > self.upto else None
        return self.upto


async def _ask(work: Work, query: Query) -> int:
    row = await work.fetch_one(query)
    assert row is not None  # noqa: S101 - a select without FROM has one row; narrows the type
    answer: int = row["id"]
    return answer
