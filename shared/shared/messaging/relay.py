"""The relay: carries what a service recorded from its outbox to the bus, in order, at least once.

Read, publish, and delete after the acknowledgement. A crash between the last two repeats what was under way;
nothing is lost. One batch is published at a time; meanwhile the one before it is deleted and, when there is a
backlog, the one after it is read. So an unreachable bus costs the memory of two batches and no more.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from shared.kernel import Clock, Pulse, system_clock
from shared.logging import get_logger
from shared.messaging.backoff import Backoff
from shared.messaging.bus import Bus, BusUnavailable
from shared.messaging.envelope import Message, topic_of
from shared.messaging.leadership import Leadership, release
from shared.messaging.outbox import Outbox, Waiting
from shared.storage import Database

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Relay", "RelayLimits", "RelayMetrics"]

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayLimits:
    """How much at once, how often it looks unasked, and how long it pauses after failures at most."""

    batch: int = 1_000
    poll_seconds: float = 0.05
    most_pause_seconds: float = 1.0


@dataclass(slots=True, kw_only=True)
class RelayMetrics:
    """What the relay did since it started, and what waits."""

    leading: bool = False
    published: int = 0
    batches: int = 0
    failures: int = 0
    oldest_waiting_since: datetime | None = None
    # How long vacuum has been held up by a transaction that stays open; the outbox cannot shrink meanwhile.
    horizon_age_seconds: float = 0.0

    def outbox_age(self, now: datetime) -> timedelta:
        """Return how long the oldest event has waited; zero when nothing waits."""
        return timedelta(0) if self.oldest_waiting_since is None else now - self.oldest_waiting_since


NO_LIMITS_GIVEN: Final = RelayLimits()


class Relay:
    """One per service and process; the one that wins the lock leads, the others stand by and announce."""

    def __init__(
        self,
        *,
        database: Database,
        bus: Bus,
        tenant: str,
        limits: RelayLimits = NO_LIMITS_GIVEN,
        clock: Clock = system_clock,
    ) -> None:
        """Take the service's database and the bus; `tenant` is the district's territory code."""
        self._database = database
        self._bus = bus
        self._source = f"/{database.schema.replace('_', '-')}"
        self._tenant = tenant
        self._limits = limits
        self._clock = clock
        self._backoff = Backoff(most_seconds=limits.most_pause_seconds)
        self.metrics = RelayMetrics()
        self.pulse = Pulse()

    async def run(self) -> None:
        """Lead or stand by until cancelled. Cancelling at any point loses nothing."""
        while True:
            self.pulse.beat()
            try:
                await self._lead()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try starts from the tables
                self.metrics.failures += 1
                _log.warning("relay starts anew", error=f"{type(error).__name__}: {error}")
                await self._backoff.pause()

    async def _lead(self) -> None:
        connection = await Leadership(self._database, self.pulse).win()
        self.metrics.leading = True
        try:
            await self._relay_all(connection)
        finally:
            self.metrics.leading = False
            await release(connection)

    async def _relay_all(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        outbox = Outbox(connection=connection, source=self._source, tenant=self._tenant)
        await outbox.prepare()
        done: Sequence[Waiting] = ()
        waiting = await self._read(outbox)
        while True:
            self.pulse.beat()
            if waiting:
                following = await self._carry(outbox, waiting, done)
            else:
                self.metrics.oldest_waiting_since = None
                await outbox.delete(done)
                await self._wait()
                following = await self._read(outbox)
            done, waiting = waiting, following

    async def _carry(
        self, outbox: Outbox, waiting: Sequence[Waiting], done: Sequence[Waiting]
    ) -> Sequence[Waiting]:
        """Publish a batch, and delete what was acknowledged before it; return what comes after it.

        A full batch means a backlog: then the next is read meanwhile. Otherwise it is read afterwards, so
        that it has all that was recorded until then.
        """
        self.metrics.oldest_waiting_since = waiting[0].recorded_at
        publishing = asyncio.create_task(self._publish_patiently(waiting))
        try:
            await outbox.delete(done)
            ahead = await self._read(outbox, beside=waiting) if self._is_full(waiting) else None
            await publishing
        finally:
            publishing.cancel()
            await asyncio.gather(publishing, return_exceptions=True)
        self._count(waiting)
        return await self._read(outbox, beside=waiting) if ahead is None else ahead

    async def _read(self, outbox: Outbox, *, beside: Sequence[Waiting] = ()) -> Sequence[Waiting]:
        self._database.recorded.clear()
        found = await outbox.read(self._limits.batch, beside=beside)
        self.metrics.horizon_age_seconds = outbox.horizon.age.seconds
        return found

    def _is_full(self, waiting: Sequence[Waiting]) -> bool:
        return len(waiting) >= self._limits.batch

    async def _publish_patiently(self, waiting: Sequence[Waiting]) -> None:
        while True:
            self.pulse.beat()
            try:
                await self._publish(waiting)
            except BusUnavailable as error:
                self.metrics.failures += 1
                _log.warning("bus unavailable", error=str(error), waiting=len(waiting))
                await self._backoff.pause()
            else:
                return

    async def _publish(self, waiting: Sequence[Waiting]) -> None:
        by_topic: dict[str, list[Message]] = {}
        for each in waiting:
            by_topic.setdefault(topic_of(each.message.type), []).append(each.message)
        for topic, messages in by_topic.items():
            await self._bus.publish(topic=topic, messages=messages)

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: in Python 3.11 it forgets a cancellation that meets the signal.
            async with asyncio.timeout(self._limits.poll_seconds):
                await self._database.recorded.wait()

    def _count(self, waiting: Sequence[Waiting]) -> None:
        self._backoff.reset()
        self.metrics.published += len(waiting)
        self.metrics.batches += 1
