"""The whole way from commit to effect: a writer here, relay and listener as processes."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from dispute_mediation.main import SERVICE as TELLING
from shared.clusters import scratch_folder
from shared.messaging import Announcer
from shared.storage import Database
from supervision.main import SERVICE as LISTENING
from tests.bench.backbone.surroundings import Surroundings, address_of
from tests.bench.backbone.telling import case_of, course_of, occasion

PATIENCE_SECONDS = 120
_STANDING_BY = """
SELECT count(*) FROM pg_stat_activity
WHERE usename = current_user AND query LIKE 'SELECT pg_try_advisory_lock%'
"""
_STOP_SECONDS = 20


class Way:
    """The processes between the writer's commits and the listener's effects over one bus."""

    def __init__(self, ground: Surroundings, kind: str) -> None:
        self._ground, self._kind = ground, kind
        self._folder = scratch_folder()
        self._listener: asyncio.subprocess.Process | None = None
        self.relays: list[asyncio.subprocess.Process] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, ground: Surroundings, kind: str) -> AsyncIterator["Way"]:
        """Start both processes and wait until a first event has come through."""
        way = cls(ground, kind)
        announcing = asyncio.create_task(Announcer(ground.telling).run())
        try:
            await way.add_relay()
            way._listener = await way._start("listen", LISTENING.package, str(way._file))
            await way.write(rate=50, seconds=1)
            await way.settled()
            yield way
        finally:
            announcing.cancel()
            await asyncio.gather(announcing, return_exceptions=True)
            for process in (way._listener, *way.relays):
                await _stop(process)

    @property
    def _file(self) -> Path:
        return self._folder / "heard.json"

    async def add_relay(self) -> None:
        self.relays.append(await self._start("relay", TELLING.package))

    async def add_standby(self) -> None:
        """Start another relay and wait until it tries for the lock of the first."""
        await self.add_relay()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await self._ground.telling.pool.fetchval(_STANDING_BY):  # noqa: ASYNC110 - in the database
                await asyncio.sleep(0.1)

    async def write(self, *, rate: int, seconds: float, facts_each: int = 1) -> None:
        """Commit so many events a second at fixed moments, whether or not those before are done.

        Each commit records so many facts of one case.
        """
        started = time.time()
        writing = set()
        for number in range(int(rate * seconds) // facts_each):
            moment = started + number * facts_each / rate
            await asyncio.sleep(max(0.0, moment - time.time()))
            task = asyncio.create_task(_write(self._ground.telling, number, moment, facts_each))
            writing.add(task)
            task.add_done_callback(writing.discard)
        await asyncio.gather(*writing)

    async def settled(self) -> None:
        """Wait until every event recorded has its effect."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._missing():  # noqa: ASYNC110 - what is waited for lies in the database
                await asyncio.sleep(0.1)

    async def _missing(self) -> bool:
        recorded = await self._ground.telling.pool.fetchval("SELECT count(*) FROM journal")
        applied = await self._ground.listening.pool.fetchval(
            "SELECT count(*) FROM inbox WHERE consumer = $1", LISTENING.package
        )
        return bool(recorded > applied)

    async def heard(self) -> list[tuple[float, float]]:
        """Stop the listener and return the moments of recording and applying, in seconds."""
        await _stop(self._listener)
        return [(recorded, applied) for recorded, applied in json.loads(self._file.read_text())]

    async def _start(self, part: str, package: str, *more: str) -> asyncio.subprocess.Process:
        service = TELLING if package == TELLING.package else LISTENING
        dsn = address_of(self._ground.postgres, service)
        bootstrap = self._ground.bootstrap if self._kind == "kafka" else "-"
        module = "tests.bench.backbone.process"
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", module, part, dsn, self._kind, bootstrap, *more
        )


async def _write(database: Database, number: int, moment: float, facts_each: int) -> None:
    at = datetime.fromtimestamp(moment, UTC)
    case = case_of(number)
    async with database.begin(occasion(at)) as work:
        for fact in course_of(case, at)[:facts_each]:
            work.publish(fact, about=case)


async def _stop(process: asyncio.subprocess.Process | None) -> None:
    if process is None or process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
