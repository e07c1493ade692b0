"""The figures of a service's message side: what lies in its tables, and what its parts have counted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from shared.chain import Sealer
from shared.messaging import BusUnavailable, Consumer, Relay
from shared.observing.catalogue import Figure
from shared.observing.requests import pool_figures
from shared.observing.tables import table_figures
from shared.storage import DATABASE_AWAY, Database

__all__ = ["WorkSource"]

PATIENCE_SECONDS: Final = 2.0


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
                ask = partial(connection.fetchrow, timeout=PATIENCE_SECONDS)
                return await table_figures(ask, service=self.service, consumer=self.consumer.group)
        except DATABASE_AWAY:
            return [self._figure("database_up", 0)]

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
