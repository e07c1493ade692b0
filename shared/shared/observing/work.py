"""The figures of a service's message side: what lies in its tables, and what its parts have counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.chain import Sealer
from shared.messaging import BusUnavailable, Consumer, Relay
from shared.observing.catalogue import Figure
from shared.observing.requests import pool_figures
from shared.storage import DATABASE_AWAY, Database
from shared.tasks import MAX_ATTEMPTS

__all__ = ["WorkSource"]

PATIENCE_SECONDS: Final = 2.0
_TABLES: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT 100000) AS o) AS outbox_waiting,
    coalesce((SELECT extract(epoch FROM now() - recorded_at) FROM outbox ORDER BY seq LIMIT 1), 0)::float8
        AS outbox_oldest_seconds,
    (SELECT count(*) FROM parked WHERE consumer = $1 AND state = 'waiting') AS parked_waiting,
    (SELECT count(*) FROM due_tasks WHERE due_at > now()) AS tasks_waiting,
    (SELECT count(*) FROM due_tasks WHERE due_at <= now() AND attempts < $2) AS tasks_overdue,
    coalesce((SELECT extract(epoch FROM now() - min(due_at)) FROM due_tasks
        WHERE due_at <= now() AND attempts < $2), 0)::float8 AS tasks_overdue_oldest_seconds,
    (SELECT count(*) FROM due_tasks WHERE error IS NOT NULL AND attempts >= $2) AS tasks_exhausted
"""


@dataclass(frozen=True, kw_only=True)
class WorkSource:
    """Reads the figures of one service's message process."""

    service: str
    database: Database
    relay: Relay
    consumer: Consumer
    sealers: Sequence[Sealer]

    async def __call__(self) -> Sequence[Figure]:
        """Return all figures; those of a database or bus that is away are left out."""
        return [
            *await self._tables(),
            *await self._lags(),
            *self._counted(),
            *self._chains(),
            *pool_figures(self.service, self.database),
        ]

    async def _tables(self) -> list[Figure]:
        try:
            async with self.database.pool.acquire(timeout=PATIENCE_SECONDS) as connection:
                row = await connection.fetchrow(
                    _TABLES, self.consumer.group, MAX_ATTEMPTS, timeout=PATIENCE_SECONDS
                )
        except DATABASE_AWAY:
            return [self._figure("database_up", 0)]
        values = dict(row) if row else {}
        return [self._figure("database_up", 1), *(self._figure(name, values[name]) for name in values)]

    async def _lags(self) -> list[Figure]:
        try:
            lags = await self.consumer.lags()
        except BusUnavailable:
            return []
        return [
            Figure("gongzhi_consumer_lag", (self.service, topic, str(partition)), lag)
            for (topic, partition), lag in lags.items()
        ]

    def _counted(self) -> Iterator[Figure]:
        relay, consumer = self.relay.metrics, self.consumer.metrics
        yield self._figure("relay_leading", int(relay.leading))
        yield self._figure("relay_published_total", relay.published)
        yield self._figure("relay_failures_total", relay.failures)
        yield self._figure("horizon_age_seconds", relay.horizon_age_seconds)
        for name in ("applied", "repeated", "held", "parked", "failures", "version_gaps"):
            yield self._figure(f"consumer_{name}_total", getattr(consumer, name))

    def _chains(self) -> Iterator[Figure]:
        for sealer in self.sealers:
            labels = (self.service, sealer.chain.name)
            yield Figure("gongzhi_seal_lag_rows", labels, sealer.metrics.lag_rows)
            yield Figure("gongzhi_seal_lag_seconds", labels, sealer.metrics.lag_seconds)

    def _figure(self, name: str, value: float) -> Figure:
        return Figure(f"gongzhi_{name}", (self.service,), value)
