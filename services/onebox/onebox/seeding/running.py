"""Seeding step by step: one process makes the lines of the next chunk while the server takes the last."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from typing import Final

from onebox.seeding.cases import Chunk, case_lines
from onebox.seeding.estates import estate_lines
from onebox.seeding.loading import Loader
from onebox.seeding.province import Province
from onebox.seeding.refusals import OtherProvinceHere, RealDataHere, SeedForDevelopmentOnly
from onebox.seeding.tables import CASE_TABLES, ESTATE_TABLES
from onebox.seeding.towns import TERRITORY_COLUMNS, made_up_territories
from onebox.services import SERVICES
from shared.settings import Environment
from shared.storage import administrator

__all__ = ["refuse_outside_development", "seed_province"]

_MONTHS: Final = 14
# Whatever somebody did here would show in one of these.
_WITNESSES: Final = ("estate_registry.estates", "dispute_mediation.cases")
_LARGE: Final = tuple(table for table in CASE_TABLES if not table.endswith((".due_tasks", ".subject_heads")))
_SERIALS: Final = """
INSERT INTO dispute_mediation.case_numbers (town, year, last) VALUES ($1, $2, $3)
ON CONFLICT (town, year) DO UPDATE SET last = excluded.last
"""
_ESTATE_SERIALS: Final = """
INSERT INTO estate_registry.estate_serials (town, last)
SELECT town, count(*) FROM estate_registry.estates GROUP BY town
"""
_PARTITION: Final = """
SELECT {schema}.make_journal_partition((date_trunc('month', $1::date) - make_interval(months => n))::date)
FROM generate_series(0, {months}) AS n
"""
Say = Callable[[str], None]


def refuse_outside_development(environment: Environment) -> None:
    """Raise SeedForDevelopmentOnly in production."""
    if environment is not Environment.DEVELOPMENT:
        raise SeedForDevelopmentOnly


async def seed_province(dsn: str, *, province: Province, say: Say) -> None:
    """Load a province by the administrator's address; a broken run goes on where it stopped.

    Raises RealDataHere on a database that holds anything else, OtherProvinceHere for another size.
    """
    async with administrator(dsn) as connection:
        loader = Loader(connection)
        await loader.open()
        province = await _agreed(loader, province)
        await _load(loader, province, say)


async def _agreed(loader: Loader, province: Province) -> Province:
    """Return the province to load: the one begun earlier, where the wishes are the same."""
    found = await loader.plan()
    if found is None:
        await _refuse_real_data(loader)
        await loader.begin(_written(province))
        return province
    *sizes, today = found.split()
    begun = Province(**dict(zip(_SIZES, map(int, sizes), strict=True)), today=date.fromisoformat(today))
    if sizes != _written(province).split()[:-1]:
        raise OtherProvinceHere(found=found)
    return begun


_SIZES: Final = ("estates", "households", "cases", "years", "dice", "cases_a_chunk")


def _written(province: Province) -> str:
    return " ".join([*(str(getattr(province, name)) for name in _SIZES), province.today.isoformat()])


async def _refuse_real_data(loader: Loader) -> None:
    for table in _WITNESSES:
        if await loader.rows(f"SELECT FROM {table} LIMIT 1"):
            raise RealDataHere(table=table)


async def _load(loader: Loader, province: Province, say: Say) -> None:
    done = await loader.done()
    if "territories" not in done:
        async with loader.step("territories"):
            lines = made_up_territories(province.estates)
            await loader.copy("estate_registry.territories", TERRITORY_COLUMNS, lines)
            await _make_partitions(loader, province)
    if "indexes off" not in done:
        await loader.take_off(_LARGE)
    # A process that forks from one with threads may hang; it starts afresh.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as maker:
        await _load_estates(loader, province, say, done, maker)
        await _load_cases(loader, province, say, done, maker)
    await _finish(loader, say)


async def _make_partitions(loader: Loader, province: Province) -> None:
    for schema in ("estate_registry", "dispute_mediation"):
        await loader.run(_PARTITION.format(schema=schema, months=_MONTHS), province.today)


async def _load_estates(
    loader: Loader, province: Province, say: Say, done: set[str], maker: ProcessPoolExecutor
) -> None:
    loop = asyncio.get_running_loop()
    for chunk in province.estate_chunks():
        name = f"estates {chunk.start}"
        if name in done:
            continue
        lines = await loop.run_in_executor(maker, estate_lines, province, chunk)
        async with loader.step(name):
            await _copy(loader, ESTATE_TABLES, lines)
        say(f"  小区 / estates: {chunk.stop} / {province.estates}")
    if "serials" not in done:
        async with loader.step("serials"):
            await loader.run(_ESTATE_SERIALS)


async def _load_cases(
    loader: Loader, province: Province, say: Say, done: set[str], maker: ProcessPoolExecutor
) -> None:
    chunks = [chunk for chunk in province.case_chunks() if f"cases {chunk.start}" not in done]
    async for chunk, made in _made_ahead(loader, province, chunks, maker):
        async with loader.step(f"cases {chunk.start}"):
            await _copy(loader, CASE_TABLES, made.lines)
            rows = [(*place, last) for place, last in sorted(made.serials.items())]
            await loader.run_many(_SERIALS, rows)
        say(f"  诉求 / cases: {chunk.stop} / {province.cases}")


async def _made_ahead(
    loader: Loader, province: Province, chunks: list[range], maker: ProcessPoolExecutor
) -> AsyncIterator[tuple[range, Chunk]]:
    """Yield the chunks, the next one in the making while the caller loads this one."""
    loop = asyncio.get_running_loop()
    rows = await loader.rows("SELECT town, year, last FROM dispute_mediation.case_numbers")
    taken: Mapping[tuple[str, int], int] = Counter({(row["town"], row["year"]): row["last"] for row in rows})
    ahead: asyncio.Future[Chunk] | None = None
    for place, chunk in enumerate(chunks):
        made = await (ahead or loop.run_in_executor(maker, _case_chunk, province, chunk, taken))
        taken = made.serials
        if place + 1 < len(chunks):
            ahead = loop.run_in_executor(maker, _case_chunk, province, chunks[place + 1], taken)
        yield chunk, made


def _case_chunk(province: Province, chunk: range, taken: Mapping[tuple[str, int], int]) -> Chunk:
    return case_lines(province, chunk, taken=taken)


async def _copy(
    loader: Loader, tables: Mapping[str, tuple[str, ...]], lines: Mapping[str, list[str]]
) -> None:
    for table, columns in tables.items():
        await loader.copy(table, columns, lines[table])


async def _finish(loader: Loader, say: Say) -> None:
    for statement in await loader.owed():
        say(f"  {statement.partition(' USING ')[0]}")
        await loader.pay(statement)
    schemas = {service.package for service in SERVICES}
    for table in sorted({*ESTATE_TABLES, *CASE_TABLES}):
        assert table.partition(".")[0] in schemas  # noqa: S101 - our own tables
        say(f"  VACUUM ANALYZE {table}")
        await loader.run(f"VACUUM (ANALYZE) {table}")
