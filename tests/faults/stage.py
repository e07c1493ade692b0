"""A run under way: producers write, faults happen, and what is left is waited for."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shared.storage import DATABASE_AWAY, administrator
from tests.faults.cast import Cast, Play
from tests.faults.injecting import Injector
from tests.faults.schedule import schedule
from tests.faults.told import Outcome, Told
from tests.faults.world import CONSUMERS, World
from tests.faults.writing import PAUSE, STOP

_TICK_SECONDS: Final = 0.5
_TELL_SECONDS: Final = 5.0
_DRAIN_LOOK_SECONDS: Final = 2.0
_LATE_DOUBLES_SECONDS: Final = 2.0
_PRODUCERS_END_SECONDS: Final = 90.0
# Producers wait while consumers are so far behind: what is tried is faults, not how long a queue grows.
_MOST_BEHIND: Final = 20_000
# About how many: numbers that a rollback took are among them.
_ABOUT: Final = " UNION ALL ".join(
    f"SELECT '{name}' AS consumer, coalesce(pg_sequence_last_value("
    f"pg_get_serial_sequence('{name}.effects', 'n')::regclass), 0) AS count"
    for name in CONSUMERS
)
_EXACTLY: Final = " UNION ALL ".join(
    f"SELECT '{name}' AS consumer, count(DISTINCT called) AS count FROM {name}.effects"  # noqa: S608
    for name in CONSUMERS
)
_COMMITTED: Final = f"\t{Outcome.COMMITTED.value}"

Say = Callable[[str], None]


@dataclass(kw_only=True)
class Stage:
    """Where a run takes place. `told` counts the facts that producers were told are committed."""

    play: Play
    world: World
    cast: Cast
    injector: Injector
    say: Say
    told: int = 0
    _begun: float = field(default_factory=time.monotonic)
    _said_at: float = 0.0
    _offsets: Counter[Path] = field(default_factory=Counter)

    async def act(self) -> None:
        """Let producers write and faults happen, until there was enough of both."""
        faults = asyncio.create_task(self._do_faults())
        try:
            while not self._enough():
                await self._tick()
        finally:
            faults.cancel()
            await asyncio.gather(faults, return_exceptions=True)
        (self.world.folder / STOP).touch()
        await self.injector.settle()
        await self._producers_ended()

    async def drain(self, committed: Sequence[Told]) -> None:
        """Wait until every consumer has all it should have, or none has come any further for a long time."""
        payments = sum(1 for each in committed if each.amount_fen)
        wanted = dict(zip(CONSUMERS, (len(committed), payments, payments), strict=True))
        self.say(f"{self._clock()} draining: {len(committed)} facts are committed, {payments} are payments")
        last, since = await self._counts(_EXACTLY), time.monotonic()
        while time.monotonic() - since < self.play.patience_seconds and _missing(last, wanted):
            await asyncio.sleep(_DRAIN_LOOK_SECONDS)
            await self._tick()
            reached = await self._counts(_EXACTLY)
            if reached != last:
                last, since = reached, time.monotonic()
        await asyncio.sleep(_LATE_DOUBLES_SECONDS)

    def _enough(self) -> bool:
        return self.told >= self.play.events and len(self.injector.done) >= len(self.play.kinds)

    async def _do_faults(self) -> None:
        """Follow the schedule from the moment at which the first facts have come through."""
        while not any((await self._counts(_ABOUT) or {}).values()):  # noqa: ASYNC110 - it lies in the database
            await asyncio.sleep(_TICK_SECONDS)
        play = self.play
        for step in schedule(play.seed, kinds=play.kinds, hurry=play.hurry) if play.kinds else ():
            await asyncio.sleep(step.after_seconds)
            self.say(f"{self._clock()} {step}")
            self.injector.inject(step)

    async def _tick(self) -> None:
        """Look after processes, producers and who watches."""
        await asyncio.sleep(_TICK_SECONDS)
        await self.injector.raise_the_dead()
        self.told += sum(self._newly_told(file) for file in self.world.folder.glob("told-*.tsv"))
        counts = await self._counts(_ABOUT)
        behind = 0 if counts is None else self.told - counts[CONSUMERS[0]]
        pause = self.world.folder / PAUSE
        pause.touch() if behind > _MOST_BEHIND else pause.unlink(missing_ok=True)
        self._say_sometimes(counts)

    def _say_sometimes(self, counts: Mapping[str, int] | None) -> None:
        if time.monotonic() - self._said_at < _TELL_SECONDS:
            return
        self._said_at = time.monotonic()
        applied = "no database" if counts is None else " ".join(f"{name} {n}" for name, n in counts.items())
        self.say(f"{self._clock()} told {self.told}; effects: {applied}; faults {len(self.injector.done)}")

    def _newly_told(self, file: Path) -> int:
        """Count what was told since the last look; half a line is left for the next."""
        with file.open(encoding="utf-8") as lines:
            lines.seek(self._offsets[file])
            text = lines.read()
        whole = text[: text.rfind("\n") + 1]
        self._offsets[file] += len(whole)
        return whole.count(f"{_COMMITTED}\n")

    async def _counts(self, sql: str) -> Mapping[str, int] | None:
        """Return how many effects each consumer has made, None when the database does not answer."""
        try:
            async with administrator(self.world.admin_dsn) as connection:
                return {row["consumer"]: row["count"] for row in await connection.fetch(sql)}
        except DATABASE_AWAY:
            return None

    async def _producers_ended(self) -> None:
        """Wait until every writer has its last answer."""
        latest = time.monotonic() + _PRODUCERS_END_SECONDS
        while any(player.lives for player in self.cast.producers.values()):
            if time.monotonic() > latest:
                message = "A producer still waits for an answer, with everything running."
                raise TimeoutError(message)
            await self._tick()

    def _clock(self) -> str:
        return f"{time.monotonic() - self._begun:6.1f} s"


def _missing(counts: Mapping[str, int] | None, wanted: Mapping[str, int]) -> bool:
    return counts is None or any(counts[name] < count for name, count in wanted.items())
