"""The consumer: takes from the bus in batches, applies each batch in one transaction, then commits its place.

While there is a backlog, the next batch is read as this one is applied.

A batch that fails is applied message by message: the poison is found and parked, the later events of its
subject are parked behind it, all others go on.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.contracts import UPCASTERS, Upcasters
from shared.kernel import Clock, Pulse, system_clock
from shared.logging import get_logger
from shared.messaging.applying import Applied, Applier
from shared.messaging.arrival import Arrival
from shared.messaging.backoff import Backoff
from shared.messaging.bus import Bus, Delivery, Subscription
from shared.messaging.gaps import VersionWatch
from shared.messaging.reading_ahead import Batch, ConsumerLimits, ReadAhead
from shared.messaging.subscriptions import Subscriptions
from shared.storage import Database

__all__ = ["Consumer", "ConsumerMetrics"]

# A batch under way at shutdown may take so long to end.
GRACE_SECONDS: Final = 2.0
# aiokafka looks for its coordinator without end; a broker that is away is better asked by a new member.
COMMIT_SECONDS: Final = 30.0
# So many messages are read without letting others work: about a millisecond.
AT_A_STRETCH: Final = 32

_log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class ConsumerMetrics:
    """What became of the messages since the consumer started."""

    applied: int = 0
    repeated: int = 0
    held: int = 0
    parked: int = 0
    failures: int = 0
    version_gaps: int = 0
    last_applied_at: datetime | None = None


NO_LIMITS_GIVEN: Final = ConsumerLimits()


@dataclass(kw_only=True)
class Consumer:
    """A service's ear: all its subscriptions, read by one group named after the service."""

    database: Database
    bus: Bus
    group: str
    subscriptions: Subscriptions
    limits: ConsumerLimits = NO_LIMITS_GIVEN
    clock: Clock = system_clock
    upcasters: Upcasters = field(default_factory=lambda: UPCASTERS)
    metrics: ConsumerMetrics = field(default_factory=ConsumerMetrics)
    pulse: Pulse = field(default_factory=Pulse)
    applier: Applier = field(init=False)
    _watch: VersionWatch = field(default_factory=VersionWatch)
    _subscription: Subscription | None = None

    def __post_init__(self) -> None:
        """Make what applies the messages."""
        self.applier = Applier(
            database=self.database,
            consumer=self.group,
            subscriptions=self.subscriptions,
            clock=self.clock,
            upcasters=self.upcasters,
            pulse=self.pulse,
        )

    @property
    def topics(self) -> frozenset[str]:
        """Return the topics that carry what is subscribed to."""
        return frozenset(fact.topic() for fact in self.subscriptions)

    async def run(self) -> None:
        """Consume until cancelled, which loses nothing at any point; return at once without subscriptions."""
        backoff = Backoff(most_seconds=self.limits.most_pause_seconds)
        while self.topics:
            self.pulse.beat()
            try:
                await self._consume(backoff)
            except Exception as error:  # noqa: BLE001 - whatever it was, what was not committed comes again
                self.metrics.failures += 1
                _log.warning(
                    "consumer starts anew", group=self.group, error=f"{type(error).__name__}: {error}"
                )
                await backoff.pause()

    async def lags(self) -> Mapping[tuple[str, int], int]:
        """Return how far this member is behind, by topic and partition; nothing while unsubscribed."""
        return {} if self._subscription is None else await self._subscription.lags()

    async def take(self, deliveries: Sequence[Delivery]) -> None:
        """Deal with messages: on return each is applied, known, parked, or of no concern here."""
        await self.take_batch(await self.read(deliveries))

    async def read(self, deliveries: Sequence[Delivery]) -> Batch:
        """Read those messages that are of concern here, letting others work in between."""
        now = self.clock()
        arrivals: list[Arrival] = []
        for start in range(0, len(deliveries), AT_A_STRETCH):
            if start:
                await asyncio.sleep(0)
            arrivals += [
                Arrival.of(each, received_at=now, event_of=self.applier.event_of)
                for each in deliveries[start : start + AT_A_STRETCH]
                if self._concerns(each)
            ]
        return Batch(deliveries, arrivals)

    async def take_batch(self, batch: Batch) -> None:
        """Deal with messages that were read."""
        self.metrics.version_gaps += self._watch.observe(batch.deliveries)
        arrivals = batch.arrivals
        if not arrivals:
            return
        try:
            self._count(await self.applier.apply_patiently(arrivals))
        except Exception as error:  # noqa: BLE001 - found and parked one by one
            _log.warning(
                "batch applied one by one", group=self.group, error=str(error), messages=len(arrivals)
            )
            await self._take_each(arrivals)

    async def _consume(self, backoff: Backoff) -> None:
        subscription = await self.bus.subscribe(group=self.group, topics=self.topics)
        self._subscription = subscription
        ahead = ReadAhead(subscription=subscription, read=self.read, limits=self.limits)
        try:
            while True:
                self.pulse.beat()
                batch = await ahead.next()
                if batch.deliveries:
                    await _finished(self._deal_with(subscription, batch))
                backoff.reset()
        finally:
            self._subscription = None
            await ahead.end()
            await subscription.close()

    async def _deal_with(self, subscription: Subscription, batch: Batch) -> None:
        await self.take_batch(batch)
        async with asyncio.timeout(COMMIT_SECONDS):
            await subscription.commit(batch.deliveries)

    async def _take_each(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            result = await self.applier.apply_or_park(arrival)
            if result is None:
                self.metrics.parked += 1
            else:
                self._count(result)

    def _concerns(self, delivery: Delivery) -> bool:
        """Say whether to read it: subscribed to, or of no type at all, which nobody else would notice."""
        event_type = delivery.type()
        return event_type is None or event_type in self.applier.types

    def _count(self, result: Applied) -> None:
        self.metrics.applied += result.applied
        self.metrics.repeated += result.repeated
        self.metrics.held += result.held
        self.metrics.last_applied_at = self.clock()


async def _finished(batch: Coroutine[object, object, None]) -> None:
    """Await a batch; when cancelled, let it end within GRACE_SECONDS, so that it need not come again."""
    task = asyncio.create_task(batch)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=GRACE_SECONDS)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
