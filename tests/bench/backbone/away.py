"""A broker away for long under load: the relay's process keeps its size, the outbox keeps the facts.

make broker-away [AWAY=180] [RATE=2000]

The relay has a process of its own, whose memory is what is judged; writers and onlooker have another.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dispute_mediation.main import SERVICE as TELLING
from shared.clusters import KafkaCluster, kafka_available
from shared.kernel import system_clock
from shared.messaging import KafkaBus, KafkaSettings, Relay
from shared.storage import Database
from tests.bench.backbone.surroundings import TENANT, Surroundings, address_of, database_of
from tests.bench.backbone.telling import case_of, occasion, received

RATE: Final = 2_000
AWAY_SECONDS: Final = 180.0
AT_ONCE: Final = 20
WRITERS: Final = 4
WARM_SECONDS: Final = 20.0
LOOK_SECONDS: Final = 2.0
# Full batches, and producers that follow each other, are new to a relay that had little to do: once.
MOST_GROWTH_MB: Final = 96.0
# In the second half of the absence nothing is new; what heaps up must not cost the relay anything.
MOST_LATE_GROWTH_MB: Final = 8.0
# A run ends even where nothing leaves any more.
DRAIN_SECONDS: Final = 600.0
# A row of the outbox with its line pointer and its place in the index, and what vacuum has not yet taken.
MOST_BYTES_A_ROW: Final = 120.0
MEGABYTE: Final = 1_048_576
_WAITING: Final = "SELECT count(*) FROM outbox"
_SIZE: Final = "SELECT pg_total_relation_size('outbox')"


@dataclass(frozen=True, kw_only=True)
class Look:
    """Relay and outbox at a moment."""

    second: float
    phase: str
    written: int
    waiting: int
    outbox_bytes: int
    relay_mb: float

    def __str__(self) -> str:
        return (
            f"{self.second:6.0f} s  {self.phase:<6}  written {self.written:>9,}  waiting {self.waiting:>9,}  "
            f"outbox {self.outbox_bytes / MEGABYTE:6.1f} MB  relay {self.relay_mb:6.1f} MB"
        )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the whole run came to."""

    relay_grew_mb: float
    relay_grew_late_mb: float
    bytes_a_row: float
    most_waiting: int
    still_waiting: int
    drained_seconds: float

    @property
    def holds(self) -> bool:
        """Say whether memory did not grow with what waits, and all of it left."""
        return (
            self.relay_grew_mb <= MOST_GROWTH_MB
            and self.relay_grew_late_mb <= MOST_LATE_GROWTH_MB
            and self.bytes_a_row <= MOST_BYTES_A_ROW
            and self.still_waiting == 0
            and self.drained_seconds < DRAIN_SECONDS
        )

    def __str__(self) -> str:
        return (
            f"relay grew {self.relay_grew_mb:.1f} MB, {self.relay_grew_late_mb:.1f} of it late, "
            f"while {self.most_waiting:,} facts heaped up "
            f"({self.bytes_a_row:.0f} bytes each in the outbox); {self.still_waiting} still wait "
            f"{self.drained_seconds:.0f} s after the broker was back: "
            f"{'holds' if self.holds else 'DOES NOT HOLD'}"
        )


@dataclass(kw_only=True)
class Absence:
    """A broker that goes and comes again, while facts are written at a steady rate."""

    database: Database
    kafka: KafkaCluster
    relay_pid: int
    rate: int
    away_seconds: float
    looks: list[Look] = field(default_factory=list)
    written: int = 0
    phase: str = "before"

    async def run(self) -> Verdict:
        """Print a line for every look; return what it came to."""
        self._started = time.monotonic()
        writers = [asyncio.create_task(self._write(number)) for number in range(WRITERS)]
        await self._until_little_waits()
        await self._watch(WARM_SECONDS)
        self.phase = "away"
        await self.kafka.kill_broker(1)
        await self._watch(self.away_seconds)
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)
        self.phase = "back"
        await self.kafka.start_broker(1)
        back = time.monotonic()
        await self._until_little_waits(most=0)
        return self._verdict(time.monotonic() - back)

    def _verdict(self, drained_seconds: float) -> Verdict:
        before, away = ([look for look in self.looks if look.phase == phase] for phase in ("before", "away"))
        at_first, late = away[: len(away) // 2], away[len(away) // 2 :]
        fullest = max(self.looks, key=lambda look: look.waiting)
        return Verdict(
            relay_grew_mb=largest(away) - largest(before),
            relay_grew_late_mb=largest(late) - largest(at_first),
            bytes_a_row=fullest.outbox_bytes / max(fullest.waiting, 1),
            most_waiting=fullest.waiting,
            still_waiting=self.looks[-1].waiting,
            drained_seconds=drained_seconds,
        )

    async def _until_little_waits(self, *, most: int = AT_ONCE * WRITERS * 4) -> None:
        """Wait until the relay has caught up; no longer than DRAIN_SECONDS."""
        until = time.monotonic() + DRAIN_SECONDS
        await self._watch(LOOK_SECONDS)
        while self.looks[-1].waiting > most and time.monotonic() < until:
            await self._watch(LOOK_SECONDS)

    async def _watch(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(LOOK_SECONDS)
            self.looks.append(await self._look())
            print(self.looks[-1], flush=True)  # noqa: T201 - a person watches

    async def _look(self) -> Look:
        return Look(
            second=time.monotonic() - self._started,
            phase=self.phase,
            written=self.written,
            waiting=await self.database.pool.fetchval(_WAITING),
            outbox_bytes=await self.database.pool.fetchval(_SIZE),
            relay_mb=memory_mb(self.relay_pid),
        )

    async def _write(self, writer: int) -> None:
        """Commit AT_ONCE facts at fixed moments; who is late catches up."""
        pause, number = AT_ONCE * WRITERS / self.rate, 0
        while True:
            await asyncio.sleep(max(0.0, self._started + number * pause - time.monotonic()))
            at = system_clock()
            async with self.database.begin(occasion(at)) as work:
                for place in range(AT_ONCE):
                    case = case_of(number * AT_ONCE + place + writer)
                    work.publish(received(case, at), about=case)
            number += 1
            self.written += AT_ONCE


def largest(looks: Sequence[Look]) -> float:
    """Return the most that the relay held."""
    return max(look.relay_mb for look in looks)


def memory_mb(pid: int) -> float:
    """Return what a process holds in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


async def relay(dsn: str, bootstrap: str) -> None:
    """Relay until killed: the process whose memory is judged."""
    database = database_of(dsn, TELLING)
    await database.open()
    bus = KafkaBus(KafkaSettings(servers=bootstrap, client_id=database.schema))
    await Relay(database=database, bus=bus, tenant=TENANT).run()


async def absence(*, away_seconds: float, rate: int) -> Verdict:
    """Lay the servers, start the relay, and take the broker away."""
    async with Surroundings.laid(with_kafka=True) as ground:
        assert ground.kafka is not None
        told = ("relay", address_of(ground.postgres, TELLING), ground.bootstrap)
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", __spec__.name, *told)
        try:
            return await Absence(
                database=ground.telling,
                kafka=ground.kafka,
                relay_pid=process.pid,
                rate=rate,
                away_seconds=away_seconds,
            ).run()
        finally:
            process.kill()
            await process.wait()


async def main(words: list[str]) -> int:
    """Run it, or the relay's process of it; return the exit code."""
    if words[:1] == ["relay"]:
        await relay(*words[1:])
        return 0
    if (missing := kafka_available()) is not None:
        print(missing)  # noqa: T201 - the reason
        return 1
    away, rate = [*words, *(str(AWAY_SECONDS), str(RATE))[len(words) :]]
    verdict = await absence(away_seconds=float(away), rate=int(rate))
    print(verdict)  # noqa: T201 - the verdict
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
