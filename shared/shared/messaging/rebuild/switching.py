"""Putting the new read model in the place of the old: one transaction in which only what differs is written.

The tables themselves stay, with their grants, policies, triggers and keys; whoever reads sees the old rows
until the commit and the new ones after it. Only the service's consumer waits meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from sqlalchemy import Table

from shared.messaging.rebuild.shadow import Shadow

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Difference", "bring_over", "compare", "hold_consumer", "merge_arrivals", "missing_arrivals"]

# How long to wait for a batch of the consumer that is under way.
_PATIENCE: Final = "SET LOCAL lock_timeout = '30s'"
_HOLD: Final = "LOCK TABLE {live}.inbox IN EXCLUSIVE MODE"
# What this building has applied and the consumer has not: it must not be applied once more.
_KNOWN: Final = """
INSERT INTO {live}.inbox (consumer, event_id, applied_at)
SELECT n.consumer, n.event_id, $2 FROM {next}.inbox AS n
WHERE n.event_id = ANY($1::uuid[])
ON CONFLICT DO NOTHING
"""
_MISSING: Final = """
SELECT n.event_id FROM {next}.inbox AS n
WHERE n.event_id >= $1
    AND NOT EXISTS (SELECT FROM {live}.inbox AS l WHERE l.consumer = n.consumer AND l.event_id = n.event_id)
"""
# A parked event that the new read model has taken needs nobody's decision any more.
_TAKEN: Final = """
UPDATE {live}.parked AS l SET state = 'replayed', decided_by = 'rebuild', why = $2
WHERE l.state = 'waiting' AND l.type = ANY($1::text[])
    AND EXISTS (SELECT FROM {next}.inbox AS n WHERE n.consumer = l.consumer AND n.event_id = l.event_id)
    AND NOT EXISTS (SELECT FROM {next}.parked AS n WHERE n.consumer = l.consumer AND n.event_id = l.event_id)
"""
_PARK: Final = "INSERT INTO {live}.parked SELECT * FROM {next}.parked ON CONFLICT DO NOTHING"
WHY: Final = "The read model was built anew with it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a table of the old read model differed from the new one: rows that go, rows that come."""

    table: str
    old_rows: int
    new_rows: int


async def hold_consumer(connection: "asyncpg.Connection[asyncpg.Record]", shadow: Shadow) -> None:
    """Let the consumer end its batch and begin no other until the transaction ends."""
    await connection.execute(_PATIENCE)
    await connection.execute(_HOLD.format(live=shadow.live))


async def compare(
    connection: "asyncpg.Connection[asyncpg.Record]", shadow: Shadow, tables: Sequence[Table]
) -> list[Difference]:
    """Return what differs, and change nothing."""
    return [
        Difference(
            table=table.name,
            old_rows=await connection.fetchval(f"SELECT count(*) {_old(shadow, table)}"),
            new_rows=await connection.fetchval(f"SELECT count(*) {_new(shadow, table)}"),
        )
        for table in tables
    ]


async def bring_over(
    connection: "asyncpg.Connection[asyncpg.Record]", shadow: Shadow, tables: Sequence[Table]
) -> list[Difference]:
    """Make the old tables equal to the new ones, and return what differed. Those referred to come first."""
    removed = [await _count(connection, f"DELETE {_old(shadow, table)}") for table in reversed(tables)]
    put = [await _count(connection, _insert(shadow, table)) for table in tables]
    return [
        Difference(table=table.name, old_rows=old, new_rows=new)
        for table, old, new in zip(tables, reversed(removed), put, strict=True)
    ]


def _old(shadow: Shadow, table: Table) -> str:
    """Name the rows of the old table that the new one does not hold in the same words."""
    same = _same(shadow.next, "n", table)
    return f'FROM {shadow.live}."{table.name}" AS l WHERE NOT EXISTS (SELECT FROM {same})'


def _new(shadow: Shadow, table: Table) -> str:
    """Name the rows of the new table that the old one does not hold in the same words."""
    same = _same(shadow.live, "l", table)
    return f'FROM {shadow.next}."{table.name}" AS n WHERE NOT EXISTS (SELECT FROM {same})'


def _same(schema: str, alias: str, table: Table) -> str:
    keys = [column.name for column in table.primary_key.columns]
    equal = [f'n."{name}" = l."{name}"' for name in keys]
    same = [f'n."{name}" IS NOT DISTINCT FROM l."{name}"' for name in _written(table) if name not in keys]
    return f'{schema}."{table.name}" AS {alias} WHERE {" AND ".join(equal + same)}'


def _insert(shadow: Shadow, table: Table) -> str:
    names = _written(table)
    columns, values = ", ".join(f'"{name}"' for name in names), ", ".join(f'n."{name}"' for name in names)
    return f'INSERT INTO {shadow.live}."{table.name}" ({columns}) SELECT {values} {_new(shadow, table)}'


def _written(table: Table) -> list[str]:
    """Return the columns that are written; the database computes the others of them."""
    return [column.name for column in table.columns if column.computed is None]


async def missing_arrivals(
    connection: "asyncpg.Connection[asyncpg.Record]", shadow: Shadow, *, since: UUID
) -> list[UUID]:
    """Return the ids from `since` on that this building has applied and the consumer has not."""
    rows = await connection.fetch(_MISSING.format(live=shadow.live, next=shadow.next), since)
    return [row["event_id"] for row in rows]


async def merge_arrivals(
    connection: "asyncpg.Connection[asyncpg.Record]",
    shadow: Shadow,
    *,
    types: Sequence[str],
    taken: Sequence[UUID],
    now: datetime,
) -> None:
    """Let the consumer's inbox and parking say what the new read model has taken in."""
    names = {"live": shadow.live, "next": shadow.next}
    await connection.execute(_KNOWN.format(**names), taken, now)
    await connection.execute(_TAKEN.format(**names), types, WHY)
    await connection.execute(_PARK.format(**names))


async def _count(connection: "asyncpg.Connection[asyncpg.Record]", statement: str) -> int:
    return int((await connection.execute(statement)).rpartition(" ")[2])
