"""COPY into many tables, their indexes and references off meanwhile; what is done is noted with it.

The notes lie in a schema of their own, in the transaction of the rows: a run that was broken off goes on
with the first step that has no note, and finds there which indexes it owes.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

__all__ = ["Loader"]

_NOTES: Final = """
CREATE SCHEMA IF NOT EXISTS gongzhi_seed;
CREATE TABLE IF NOT EXISTS gongzhi_seed.plan (province text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS gongzhi_seed.steps (step text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS gongzhi_seed.owed (statement text PRIMARY KEY, last boolean NOT NULL);
"""
_INDEXES: Final = """
SELECT format('DROP INDEX %s', i.indexrelid::regclass) AS off,
       replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') AS again, false AS last
FROM pg_index i
WHERE i.indrelid = ANY ($1::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
UNION ALL
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
       true
FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY ($1::regclass[])
"""
_SETTINGS: Final = (
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    "SET max_parallel_maintenance_workers = 2",
    "SET timezone = 'UTC'",
    # The register's own checks at the commit name its tables without their schema.
    "SET search_path = estate_registry, public",
)
_BATCH_LINES: Final = 2_000
# asyncpg's connection; only the storage room may name its type.
Connection = Any


class Loader:
    """An administrator's connection that loads a province and remembers how far it came."""

    def __init__(self, connection: Connection) -> None:
        """Take the connection."""
        self._connection = connection

    async def open(self) -> None:
        """Make the place for notes, and set what a load needs."""
        await self._connection.execute(_NOTES)
        for setting in _SETTINGS:
            await self._connection.execute(setting)

    async def plan(self) -> str | None:
        """Return the province that is being loaded here, None where none is."""
        found: str | None = await self._connection.fetchval("SELECT province FROM gongzhi_seed.plan")
        return found

    async def begin(self, plan: str) -> None:
        """Note which province is loaded here."""
        await self._connection.execute("INSERT INTO gongzhi_seed.plan VALUES ($1)", plan)

    async def done(self) -> set[str]:
        """Return the steps that are done."""
        return {row["step"] for row in await self._connection.fetch("SELECT step FROM gongzhi_seed.steps")}

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[None]:
        """Do a step and note it in one transaction."""
        async with self._connection.transaction():
            yield
            await self._connection.execute("INSERT INTO gongzhi_seed.steps VALUES ($1)", name)

    async def copy(self, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
        """Add lines in COPY's text format to `schema.table`."""
        schema, _, name = table.partition(".")
        await self._connection.copy_to_table(
            name,
            schema_name=schema,
            columns=[column.strip('"') for column in columns],
            source=_batches(lines),
            format="text",
        )

    async def take_off(self, tables: Iterable[str]) -> None:
        """Take indexes and references off; what is owed is noted first."""
        async with self.step("indexes off"):
            for row in await self._connection.fetch(_INDEXES, list(tables)):
                await self._connection.execute(
                    "INSERT INTO gongzhi_seed.owed VALUES ($1, $2)", row["again"], row["last"]
                )
                await self._connection.execute(row["off"])

    async def owed(self) -> tuple[list[str], list[str]]:
        """Return the statements that make what was taken off again: the indexes, and the references."""
        rows = await self._connection.fetch(
            "SELECT statement, last FROM gongzhi_seed.owed ORDER BY statement"
        )
        indexes, references = (
            [row["statement"] for row in rows if row["last"] is last] for last in (False, True)
        )
        return indexes, references

    async def pay(self, statement: str) -> None:
        """Make one index or reference again; PostgreSQL checks every row against it."""
        async with self._connection.transaction():
            await self._connection.execute(statement)
            await self._connection.execute("DELETE FROM gongzhi_seed.owed WHERE statement = $1", statement)

    async def run(self, statement: str, *values: object) -> None:
        """Run a statement."""
        await self._connection.execute(statement, *values)

    async def run_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for many rows."""
        await self._connection.executemany(statement, rows)

    async def rows(self, statement: str) -> Sequence[Mapping[str, Any]]:
        """Return the rows of a statement."""
        found: Sequence[Mapping[str, Any]] = await self._connection.fetch(statement)
        return found


async def _batches(lines: Sequence[str]) -> AsyncIterator[bytes]:
    for start in range(0, len(lines), _BATCH_LINES):
        yield "".join(lines[start : start + _BATCH_LINES]).encode()
