"""The figures of a service's HTTP side: its requests and its pool."""

from collections.abc import Iterator, Sequence

from shared.observing.catalogue import Figure
from shared.observing.exposition import Source
from shared.storage import Database
from shared.web import BUCKETS, RequestFigures

__all__ = ["pool_figures", "requests_source"]


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
