"""Sealed columns: what is sealed where, and the sealing anew of what an older key or algorithm sealed.

To rotate a key: put the new one first in `GONGZHI_SEAL_KEYS`, keep the old one behind it, restart. Each
worker goes once through its service's sealed columns as it starts, and says how many values it sealed anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import Column, Text, Uuid, bindparam, func, not_, select, update

from shared.kernel import Actor, Clock, system_clock
from shared.logging import get_logger
from shared.privacy.keys import platform_sealer
from shared.storage import Database, Occasion, Query, Work, everywhere

__all__ = ["RESEAL_BATCH", "SealedColumn", "reseal"]

RESEAL_BATCH: Final = 500
_FIRST: Final = UUID(int=0)
_REASON: Final = "a change of keys seals anew wherever a row lies, and shows it to nobody"

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column under seal, bound to its `place` and, where `of_row`, to its row; elsewhere nothing opens."""

    column: Column[str]
    key: Column[UUID]
    place: str
    of_row: bool = True

    def seal(self, text: str | None, *, row: UUID | None = None) -> str | None:
        """Seal a value for a row; nothing stays nothing."""
        return platform_sealer().seal(text, context=self._context(row)) if text else None

    def open(self, value: str | None, *, row: UUID | None = None) -> str | None:
        """Open a value of a row; raise SealBrokenError when it is not intact."""
        return platform_sealer().open(value, context=self._context(row)) if value else None

    def _context(self, row: UUID | None) -> str:
        return f"{self.place}/{row}" if self.of_row else self.place


async def reseal(database: Database, *, columns: Sequence[SealedColumn], clock: Clock = system_clock) -> int:
    """Seal anew what another key or algorithm sealed; return how many values. Repeating changes nothing."""
    done = 0
    for column in columns:
        after: UUID | None = _FIRST
        while after is not None:
            occasion = Occasion(actor=Actor.system(f"{database.schema}.reseal"), now=clock())
            async with database.begin(occasion) as work:
                count, after = await _reseal_batch(work, column, after=after)
            done += count
    if done:
        _log.info("sealed anew", schema=database.schema, values=done)
    return done


async def _reseal_batch(work: Work, column: SealedColumn, *, after: UUID) -> tuple[int, UUID | None]:
    """Seal a batch anew; return how many, and the last key, or None when there are no more."""
    rows = await work.fetch_all(_old(column), after=after, current=platform_sealer().mark, limit=RESEAL_BATCH)
    anew = [
        {"row": row["key"], "value": column.seal(column.open(row["value"], row=row["key"]), row=row["key"])}
        for row in rows
    ]
    await work.execute_many(_put(column), anew)
    return len(rows), rows[-1]["key"] if len(rows) == RESEAL_BATCH else None


@cache
def _old(column: SealedColumn) -> Query:
    """Return the statement that finds and locks values of another key or algorithm than the current one."""
    return everywhere(
        select(column.key.label("key"), column.column.label("value"))
        .where(
            column.key > bindparam("after", type_=Uuid),
            not_(func.starts_with(column.column, bindparam("current", type_=Text))),
        )
        .order_by(column.key)
        .limit(bindparam("limit"))
        .with_for_update(),
        reason=_REASON,
    )


@cache
def _put(column: SealedColumn) -> Query:
    return everywhere(
        update(column.column.table)
        .where(column.key == bindparam("row"))
        .values({column.column.name: bindparam("value")}),
        reason=_REASON,
    )
