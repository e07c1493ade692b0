"""What waits to leave: the outbox joined with the journal, read in order, deleted when acknowledged.

Deleting instead of remembering a last number: a transaction that commits late has a low number, and `seq >
last` would skip it for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from shared.messaging.envelope import Message, dataschema_of
from shared.messaging.horizon import Horizon

__all__ = ["Outbox", "Waiting"]

# The inner query first: the plain join was planned from the journal's start. The join by both columns of the
# journal's key reads one row of one partition for each number.
_READ: Final = """
SELECT o.seq, o.recorded_at, j.event_id, j.type, j.subject, j.subject_version, j.territory, j.role, j.unit,
    j.traceparent, j.causation_id, j.pii_level, j.data::text AS data
FROM (SELECT seq, recorded_at FROM outbox WHERE seq >= $1 ORDER BY seq LIMIT $2) AS o
JOIN journal AS j ON j.recorded_at = o.recorded_at AND j.seq = o.seq
ORDER BY o.seq
"""
_DELETE: Final = "DELETE FROM outbox WHERE seq = ANY($1::bigint[])"
# For an empty journal or stale statistics the planner would choose a join over whole partitions, and keep it.
_PLANS: Final = "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A recorded fact that the bus has not acknowledged."""

    seq: int
    recorded_at: datetime
    message: Message


@dataclass(slots=True, kw_only=True)
class Outbox:
    """The outbox as the leading relay sees it, on the connection that holds its lock."""

    connection: "asyncpg.Connection[asyncpg.Record]"
    source: str
    tenant: str
    horizon: Horizon = field(default_factory=Horizon)

    async def prepare(self) -> None:
        """Tell the planner how to read."""
        await self.connection.execute(_PLANS)

    async def read(self, limit: int) -> list[Waiting]:
        """Return what is next, lowest number first."""
        start = await self.horizon.start(self.connection)
        rows = await self.connection.fetch(_READ, start, limit)
        await self.horizon.observe(self.connection, [row["seq"] for row in rows])
        return [self._waiting(row) for row in rows]

    async def delete(self, waiting: Sequence[Waiting]) -> None:
        """Forget what the bus has acknowledged."""
        await self.connection.execute(_DELETE, [each.seq for each in waiting])

    def _waiting(self, row: asyncpg.Record) -> Waiting:
        message = Message(
            id=row["event_id"],
            source=self.source,
            type=row["type"],
            subject=row["subject"],
            subject_version=row["subject_version"],
            time=row["recorded_at"],
            territory=row["territory"],
            role=row["role"],
            tenant=self.tenant,
            schema_version=int(row["type"].rpartition(".v")[2]),
            dataschema=dataschema_of(row["type"]),
            pii_level=row["pii_level"],
            data=row["data"].encode(),
            unit=row["unit"],
            traceparent=row["traceparent"],
            causation_id=row["causation_id"],
        )
        return Waiting(seq=row["seq"], recorded_at=row["recorded_at"], message=message)
