"""Reading ahead: while one full batch is applied, the next is polled and read.

At most one batch is ahead, and its positions are committed only when it was dealt with itself. What a
rebalance took away meanwhile is dropped from it: those messages come again, here or to another member.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.messaging.arrival import Arrival
from shared.messaging.bus import Delivery, Subscription

__all__ = ["Batch", "ConsumerLimits", "ReadAhead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerLimits:
    """How much at once, how long a poll waits, how long it pauses after failures at most."""

    batch: int = 500
    poll_seconds: float = 1.0
    most_pause_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages as they came off the bus, and those of them that are of concern, read."""

    deliveries: Sequence[Delivery]
    arrivals: Sequence[Arrival]


@dataclass(slots=True, kw_only=True)
class ReadAhead:
    """What a member takes from its subscription, one batch after another."""

    subscription: Subscription
    read: Callable[[Sequence[Delivery]], Awaitable[Batch]]
    limits: ConsumerLimits
    _coming: asyncio.Task[Batch] | None = None

    async def next(self) -> Batch:
        """Return the next batch, empty when the time is over; raise BusUnavailable.

        A full one means a backlog: then the one after it is begun. Otherwise more is let come together while
        it is applied.
        """
        coming, self._coming = self._coming, None
        batch = await self._poll() if coming is None else await self._still_held(await coming)
        if len(batch.deliveries) >= self.limits.batch:
            self._coming = asyncio.create_task(self._poll())
        return batch

    async def end(self) -> None:
        """Forget what is ahead: nothing of it was committed."""
        coming, self._coming = self._coming, None
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)

    async def _poll(self) -> Batch:
        deliveries = await self.subscription.poll(
            limit=self.limits.batch, timeout_seconds=self.limits.poll_seconds
        )
        return await self.read(deliveries)

    async def _still_held(self, batch: Batch) -> Batch:
        held = self.subscription.held(batch.deliveries)
        return batch if len(held) == len(batch.deliveries) else await self.read(held)
