"""The outbox under 8,000 events a second, with a transaction held open in the middle third of the time.

make outbox-soak [SECONDS=3600]
"""

import asyncio
import sys
import time
from dataclasses import dataclass, replace

from shared.clusters import kafka_available
from shared.kernel import system_clock
from shared.messaging import Bus, Relay
from tests.bench.backbone.surroundings import TENANT, Surroundings, bus_of
from tests.bench.backbone.telling import case_of, occasion, received

RATE = 8_000
AT_ONCE = 20
WRITERS = 8
LOOK_SECONDS = 2.0
SHORT_SECONDS = 60.0
# What is asked all the time: a few batches wait. And when the held transaction has ended and vacuum has had
# its turn: all is as before it began.
MOST_WAITING = 20_000
MOST_MB = 64.0
MOST_HEAD_MS = 20.0
MEGABYTE = 1_048_576
_ROWS = "SELECT count(*) FROM outbox"
_SIZE = "SELECT pg_relation_size('outbox')"
_HEAD = "SELECT seq FROM outbox ORDER BY seq LIMIT 1"


@dataclass(frozen=True, kw_only=True)
class Look:
    """The outbox at a moment; `head_ms` is a scan from the very beginning, which the relay avoids."""

    second: float
    phase: str
    written: int
    rows: int
    megabytes: float
    head_ms: float
    horizon_seconds: float

    def __str__(self) -> str:
        return (
            f"{self.second:6.0f} s  {self.phase:<6}  written {self.written:>11,}  waiting {self.rows:>9,}  "
            f"outbox {self.megabytes:7.1f} MB  head scan {self.head_ms:7.1f} ms  "
            f"horizon {self.horizon_seconds:6.1f} s"
        )

    @property
    def is_small(self) -> bool:
        return self.rows <= MOST_WAITING and self.megabytes <= MOST_MB and self.head_ms <= MOST_HEAD_MS


class Soak:
    """Writers, a relay, a transaction that stays open, and someone who looks."""

    def __init__(self, ground: Surroundings, bus: Bus, seconds: float) -> None:
        self._database = ground.telling
        self._relay = Relay(database=self._database, bus=bus, tenant=TENANT)
        self._seconds = seconds
        self._started = time.monotonic()
        self._written = 0

    async def run(self) -> Look:
        """Print a line for every look; return the last, with the most that ever waited."""
        works = [self._relay.run(), self._hold(), *(self._write(writer) for writer in range(WRITERS))]
        tasks = [asyncio.create_task(work) for work in works]
        look = await self._look()
        most = look.rows
        while self._second < self._seconds:
            await asyncio.sleep(LOOK_SECONDS)
            look = await self._look()
            most = max(most, look.rows)
            print(look, flush=True)  # noqa: T201 - a person watches
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return replace(look, rows=most)

    @property
    def _second(self) -> float:
        return time.monotonic() - self._started

    @property
    def _phase(self) -> str:
        return ("before", "held", "after")[min(2, int(3 * self._second / self._seconds))]

    async def _write(self, writer: int) -> None:
        """Commit AT_ONCE facts at fixed moments; who is late catches up."""
        pause = AT_ONCE * WRITERS / RATE
        number = 0
        while True:
            await asyncio.sleep(max(0.0, self._started + number * pause - time.monotonic()))
            at = system_clock()
            async with self._database.begin(occasion(at)) as work:
                for place in range(AT_ONCE):
                    case = case_of(number * AT_ONCE + place + writer)
                    work.publish(received(case, at), about=case)
            number += 1
            self._written += AT_ONCE

    async def _hold(self) -> None:
        await asyncio.sleep(self._seconds / 3)
        connection = await self._database.connect()
        async with connection.transaction():
            # With an id and a snapshot: it keeps back vacuum and the relay's floor alike.
            await connection.fetchval("SELECT pg_current_xact_id()")
            await asyncio.sleep(self._seconds / 3)
        await connection.close()

    async def _look(self) -> Look:
        pool = self._database.pool
        started = time.perf_counter()
        await pool.fetchval(_HEAD)
        head_ms = (time.perf_counter() - started) * 1_000
        return Look(
            second=self._second,
            phase=self._phase,
            written=self._written,
            rows=await pool.fetchval(_ROWS),
            megabytes=await pool.fetchval(_SIZE) / MEGABYTE,
            head_ms=head_ms,
            horizon_seconds=self._relay.metrics.horizon_age_seconds,
        )


async def main(seconds: float) -> int:
    """Soak over Kafka or, where it is missing, over the PostgreSQL bus; return the exit code."""
    with_kafka = kafka_available() is None
    async with Surroundings.laid(with_kafka=with_kafka) as ground:
        bus = bus_of(*(("kafka", ground.bootstrap) if with_kafka else ("postgres", "")), ground.telling)
        last = await Soak(ground, bus, seconds).run()
        await bus.close()
    verdict = "small" if last.is_small else "LARGE"
    rate = last.written / last.second
    print(f"{rate:,.0f} events/s; at most {last.rows:,} waited; the outbox is {verdict}")  # noqa: T201
    return 0 if last.is_small else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else SHORT_SECONDS)))
