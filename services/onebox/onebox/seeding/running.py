"""Seeding step by step, on some connections at once; a broken run goes on where it stopped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from typing import Final

from onebox.seeding.cases import load_chunk, load_ground, load_numbers, ready_for_chunks
from onebox.seeding.estates import estate_lines
from onebox.seeding.loading import Loader
from onebox.seeding.province import CaseChunk, Province
from onebox.seeding.refusals import OtherProvinceHere, RealDataHere, SeedForDevelopmentOnly
from onebox.seeding.tables import CASE_TABLES, ESTATE_TABLES
from onebox.seeding.towns import TERRITORY_COLUMNS, made_up_territories
from shared.settings import Environment
from shared.storage import administrator

__all__ = ["refuse_outside_development", "seed_province"]

# So many connections load at once, and so many processes make lines for them.
LANES: Final = 2
_MONTHS: Final = 14
# Whatever somebody did here would show in one of these.
_WITNESSES: Final = ("estate_registry.estates", "dispute_mediation.cases")
_LARGE: Final = tuple(table for table in CASE_TABLES if not table.endswith((".due_tasks", ".subject_heads")))
_ESTATE_SERIALS: Final = """
INSERT INTO estate_registry.estate_serials (town, last)
SELECT town, count(*) FROM estate_registry.estates GROUP BY town
"""
_PARTITION: Final = """
SELECT {schema}.make_journal_partition((date_trunc('month', $1::date) - make_interval(months => n))::date)
FROM generate_series(0, {months}) AS n
"""
Say = Callable[[str], None]
Job = Callable[[Loader], Awaitable[None]]


def refuse_outside_development(environment: Environment) -> None:
    """Raise SeedForDevelopmentOnly in production."""
    if environment is not Environment.DEVELOPMENT:
        raise SeedForDevelopmentOnly


async def seed_province(dsn: str, *, province: Province, say: Say) -> None:
    """Load a province by the administrator's address; a broken run goes on where it stopped.

    Raises RealDataHere on a database that holds anything else, OtherProvinceHere for another size.
    """
    async with _lanes(dsn) as lanes:
        province = await _agreed(lanes[0], province)
        done = await lanes[0].done()
        await _prepare(lanes[0], province, done)
        # A process that forks from one with threads may hang; it starts afresh.
        with ProcessPoolExecutor(LANES, mp_context=get_context("spawn")) as makers:
            await _share(lanes, Seeding(province, say, done, makers).jobs())
        await _count(lanes[0], done)
        await _finish(lanes, say)


@asynccontextmanager
async def _lanes(dsn: str) -> AsyncIterator[Sequence[Loader]]:
    async with AsyncExitStack() as stack:
        lanes = [Loader(await stack.enter_async_context(administrator(dsn))) for _ in range(LANES)]
        for lane in lanes:
            await lane.open()
            await ready_for_chunks(lane)
        yield lanes


async def _share(lanes: Sequence[Loader], jobs: Iterable[Job]) -> None:
    """Have the jobs done, each by whichever lane is free."""
    left = iter(jobs)

    async def work_on(lane: Loader) -> None:
        for job in left:
            await job(lane)

    tasks = [asyncio.create_task(work_on(lane)) for lane in lanes]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


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


async def _prepare(loader: Loader, province: Province, done: set[str]) -> None:
    if "territories" not in done:
        async with loader.step("territories"):
            lines = made_up_territories(province.estates)
            await loader.copy("estate_registry.territories", TERRITORY_COLUMNS, lines)
            for schema in ("estate_registry", "dispute_mediation"):
                await loader.run(_PARTITION.format(schema=schema, months=_MONTHS), province.today)
    if "ground" not in done:
        async with loader.step("ground"):
            await load_ground(loader, province)
    if "indexes off" not in done:
        await loader.take_off(_LARGE)


@dataclass(slots=True)
class Seeding:
    """What is left of a province to load."""

    province: Province
    say: Say
    done: set[str]
    makers: Executor
    estates: int = 0
    cases: int = 0

    def jobs(self) -> Iterator[Job]:
        """Yield what is left: the estates, then the cases, chunk by chunk."""
        for estates in self.province.estate_chunks():
            if f"estates {estates.start}" in self.done:
                self.estates += len(estates)
            else:
                yield self._estates(estates)
        for cases in self.province.case_chunks():
            if f"cases {cases.start}" in self.done:
                self.cases += cases.stop - cases.start
            else:
                yield self._cases(cases)

    def _estates(self, chunk: range) -> Job:
        async def load(loader: Loader) -> None:
            loop = asyncio.get_running_loop()
            lines = await loop.run_in_executor(self.makers, estate_lines, self.province, chunk)
            async with loader.step(f"estates {chunk.start}"):
                await _copy(loader, ESTATE_TABLES, lines)
            self.estates += len(chunk)
            self.say(f"  小区 / estates: {self.estates} / {self.province.estates}")

        return load

    def _cases(self, chunk: CaseChunk) -> Job:
        async def load(loader: Loader) -> None:
            async with loader.step(f"cases {chunk.start}"):
                await load_chunk(loader, self.province, chunk)
            self.cases += chunk.stop - chunk.start
            self.say(f"  诉求 / cases: {self.cases} / {self.province.cases}")

        return load


async def _copy(
    loader: Loader, tables: Mapping[str, tuple[str, ...]], lines: Mapping[str, list[str]]
) -> None:
    for table, columns in tables.items():
        await loader.copy(table, columns, lines[table])


async def _count(loader: Loader, done: set[str]) -> None:
    if "serials" not in done:
        async with loader.step("serials"):
            await loader.run(_ESTATE_SERIALS)
            await load_numbers(loader)


async def _finish(lanes: Sequence[Loader], say: Say) -> None:
    """Make again what was taken off, indexes before references, and tidy up."""
    indexes, references = await lanes[0].owed()
    await _share(lanes, [_paying(statement, say) for statement in indexes])
    # Each locks the table it points to.
    await _share(lanes[:1], [_paying(statement, say) for statement in references])
    tables = sorted({*ESTATE_TABLES, *CASE_TABLES})
    await _share(lanes, [_running(f"VACUUM (ANALYZE) {table}", say) for table in tables])


def _paying(statement: str, say: Say) -> Job:
    async def pay(loader: Loader) -> None:
        say(f"  {statement.partition(' USING ')[0]}")
        await loader.pay(statement)

    return pay


def _running(statement: str, say: Say) -> Job:
    async def run(loader: Loader) -> None:
        say(f"  {statement}")
        await loader.run(statement)

    return run
