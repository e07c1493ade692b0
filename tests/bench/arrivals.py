"""Requests that arrive at their time, whether or not the earlier ones were answered (an open loop).

The latency of each counts from the moment it was to start: a server that stalls is charged for all who had to
wait meanwhile, which a closed loop forgets.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Once = Callable[[int], Awaitable[object]]
# Among so many of the latest requests those under way are counted.
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Latencies:
    """The latencies of a run, ascending."""

    seconds: list[float]
    # The most requests that were under way at once: more and more of them is a queue.
    most_at_once: int = 0

    def ms(self, share: float) -> float:
        """Return the latency that this share of the requests stayed within (nearest rank)."""
        return self.seconds[max(math.ceil(share * len(self.seconds)) - 1, 0)] * 1000


async def arriving(once: Once, *, per_second: float, seconds: float) -> Latencies:
    """Start `once(n)` for each n at its time, evenly spaced, and return how long after it each ended."""
    started = time.perf_counter()
    tasks: list[asyncio.Task[float]] = []
    most_at_once = 0
    for n in range(int(per_second * seconds)):
        due = started + n / per_second
        await asyncio.sleep(due - time.perf_counter())
        tasks.append(asyncio.create_task(_timed(once, n, due)))
        most_at_once = max(most_at_once, sum(not task.done() for task in tasks[-_LOOKED_AT:]))
    return Latencies(sorted(await asyncio.gather(*tasks)), most_at_once)


async def _timed(once: Once, n: int, due: float) -> float:
    await once(n)
    return time.perf_counter() - due
