"""The figures of a service's HTTP side: its requests and its pool."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from shared.observing.catalogue import Figure
from shared.observing.exposition import Source
from shared.storage import Database

__all__ = ["RequestFigures", "pool_figures", "requests_source"]

# Upper bounds in seconds.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(slots=True)
class Timing:
    """How many requests fell under each bound, the last for those over all, and their seconds together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class RequestFigures:
    """The timings of a process by method, route and status."""

    timings: dict[tuple[str, str, int], Timing] = field(default_factory=dict)

    def note(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        timing = self.timings.get((method, route, status))
        if timing is None:
            timing = self.timings.setdefault((method, route, status), Timing())
        timing.counts[bisect_left(BUCKETS, seconds)] += 1
        timing.seconds += seconds


def requests_source(service: str, figures: RequestFigures, *, database: Database | None = None) -> Source:
    """Return the source of a service's request figures, with its pool's where no worker tells them."""

    async def read() -> Sequence[Figure]:
        pool = pool_figures(service, database) if database else ()
        return [*_request_figures(service, figures), *pool]

    return read


def _request_figures(service: str, figures: RequestFigures) -> Iterator[Figure]:
    for (method, route, status), timing in figures.timings.items():
        cumulative, buckets = 0, []
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), timing.counts, strict=True):
            cumulative += count
            buckets.append((bound, float(cumulative)))
        labels = (service, method, route, str(status))
        yield Figure("gongzhi_request_seconds", labels, timing.seconds, tuple(buckets))


def pool_figures(service: str, database: Database) -> Iterator[Figure]:
    """Yield how much of a pool is in use."""
    pool = database.pool
    idle = pool.get_idle_size()
    yield Figure("gongzhi_pool_connections", (service, "idle"), idle)
    yield Figure("gongzhi_pool_connections", (service, "used"), pool.get_size() - idle)
    yield Figure("gongzhi_pool_connections_max", (service,), pool.get_max_size())
