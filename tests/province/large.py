"""The large set: a seeded province of a million cases and more, and rows in every table it leaves empty."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

from onebox.seeding import seed_province
from onebox.services import SERVICES
from shared.messaging import install_bus
from shared.storage import administrator
from tests.bench.cases import province_of
from tests.bench.ground import Ground, disk_folder
from tests.province.allowances import COUNTING, READ_WHOLE, UNSERVED
from tests.province.filling import fill
from tests.province.plans import Plan, unserved_keys
from tests.province.shapes import names, one_line, planned_otherwise

__all__ = ["faults", "large_set"]

Connection = Any
Say = Callable[[str], None]
DATABASE: Final = "plans"
# A table with more rows is not to be read from end to end.
LARGE_ROWS: Final = 5_000
# So many cases come to one row of a table that the province leaves empty.
CASES_A_ROW: Final = 20
# Ten times the usual sample, so that two runs see the same set alike.
STATISTICS_TARGET: Final = 1_000
_SCHEMAS: Final = [service.package for service in SERVICES]


@asynccontextmanager
async def large_set(cases: int, *, say: Say) -> AsyncIterator[Connection]:
    """Yield an administrator's connection to the large set; what is there of it from earlier is used again.

    The province stays in `.cache/bench`; a broken run goes on where it stopped. The filled copy is made anew
    when a migration came or the size is another.
    """
    async with Ground.laid(disk_folder(f"plans-{cases}", keep=True)) as ground:
        await seed_province(ground.cluster.admin_dsn, province=province_of(cases), say=say)
        dsn = ground.postgres.dsn(database=DATABASE)
        rows = cases // CASES_A_ROW
        made_of = await _made_of(ground.cluster.admin_dsn, rows=rows)
        if await _is(ground.postgres.dsn(), made_of):
            say(f"  {DATABASE}: as it was made before")
        else:
            await _make(ground, made_of, rows=rows, say=say)
        async with administrator(dsn) as connection:
            yield connection


async def _made_of(dsn: str, *, rows: int) -> str:
    """Return what tells one copy from another: the rows of its tables and the revision of each schema."""
    async with administrator(dsn) as connection:
        heads = [
            f"{schema} {await connection.fetchval(f'SELECT version_num FROM {schema}.alembic_version')}"  # noqa: S608 - our schemas
            for schema in _SCHEMAS
        ]
    return ", ".join([f"{rows} rows", "the bus", *heads])


async def _is(dsn: str, made_of: str) -> bool:
    async with administrator(dsn) as connection:
        found = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", DATABASE
        )
    return bool(found == made_of)


async def _make(ground: Ground, made_of: str, *, rows: int, say: Say) -> None:
    say("  a copy of the province …")
    async with administrator(ground.postgres.dsn()) as server:
        source = ground.cluster.admin_dsn.rpartition("/")[2].partition("?")[0]
        await server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        await server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {source} STRATEGY file_copy")
    async with administrator(ground.postgres.dsn(database=DATABASE)) as connection:
        await install_bus(connection, roles=_SCHEMAS)
        filled = await fill(connection, schemas=[*_SCHEMAS, "bus"], rows=rows)
        say(f"  {len(filled)} tables that were empty have up to {rows} rows each; ANALYZE …")
        await connection.execute(f"SET default_statistics_target = {STATISTICS_TARGET}")
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute(f"COMMENT ON DATABASE {DATABASE} IS '{made_of}'")


async def faults(
    connection: Connection, plans: Sequence[Plan], *, ends: Sequence[tuple[Plan, Plan]] = ()
) -> list[str]:
    """Return what is wrong whatever was kept.

    Large tables read whole, foreign keys that no index serves, changes that are planned otherwise at the end
    of a command than alone.
    """
    named = names()
    whole = [
        f"reads {table} from end to end: {plan.schema} {name}\n  {one_line(plan.sql)}"
        for plan in plans
        if (name := named.get(one_line(plan.sql), "")) not in COUNTING
        for table in sorted(set(plan.whole_reads()) & await _large(connection, plan.schema))
    ]
    keys = [
        f"no index serves the foreign key {key}"
        for key in await unserved_keys(connection)
        if key not in UNSERVED
    ]
    otherwise = [
        "\n".join([f"planned otherwise at a command's end: {alone.schema}", one_line(alone.sql), *differing])
        for alone, end in ends
        if (differing := planned_otherwise(alone, end))
    ]
    return whole + keys + otherwise


async def _large(connection: Connection, schema: str) -> set[str]:
    rows = await connection.fetch(
        "SELECT relname FROM pg_class WHERE relnamespace = $1::text::regnamespace AND reltuples > $2",
        schema,
        LARGE_ROWS,
    )
    return {row["relname"] for row in rows} - READ_WHOLE.keys()
