"""What waits to leave: the outbox joined with the journal, read in order, deleted when acknowledged.

Deleting instead of remembering a last number: a transaction that commits late has a low number, and `seq >
last` would skip it for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import asyncpg

from shared.messaging.envelope import Message, dataschema_of, schema_version_of
from shared.messaging.horizon import Horizon
from shared.messaging.numbers import StillToCome

__all__ = ["Outbox", "Waiting"]

# Three places: below the first that was read (but for what is under way), what was left out since, and what
# comes behind the last. The inner query first: the plain join was planned from the journal's start. The join
# by both columns of the journal's key reads one row of one partition for each number.
_READ: Final = """
SELECT o.seq, o.recorded_at, j.event_id, j.type, j.subject, j.subject_version, j.territory, j.role, j.unit,
    j.traceparent, j.causation_id, j.pii_level, j.data::text AS data
FROM (
    (SELECT seq, recorded_at FROM outbox
        WHERE seq >= $1 AND seq < $2 AND seq <> ALL($3::bigint[]) ORDER BY seq LIMIT $6)
    UNION ALL
    (SELECT seq, recorded_at FROM outbox WHERE seq = ANY($4::bigint[]) ORDER BY seq LIMIT $6)
    UNION ALL
    (SELECT seq, recorded_at FROM outbox WHERE seq > $5 ORDER BY seq LIMIT $6)
    ORDER BY seq LIMIT $6
) AS o
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
    coming: StillToCome = field(default_factory=StillToCome)

    async def prepare(self) -> None:
        """Tell the planner how to read."""
        await self.connection.execute(_PLANS)

    async def read(self, limit: int, *, beside: Sequence[Waiting] = ()) -> list[Waiting]:
        """Return what is next, lowest number first, without what is under way."""
        start = await self.horizon.start(self.connection)
        coming = StillToCome() if self.horizon.is_left_aside else self.coming
        rows = await self.connection.fetch(
            _READ,
            start,
            coming.first,
            [each.seq for each in beside],
            list(coming.left_out),
            coming.last,
            limit,
        )
        numbers = [row["seq"] for row in rows]
        await self.horizon.observe(self.connection, numbers)
        self.coming.take_in(numbers, floor=self.horizon.floor)
        return [self._waiting(row) for row in rows]

    async def delete(self, waiting: Sequence[Waiting]) -> None:
        """Forget what the bus has acknowledged."""
        if waiting:
            await self.connection.execute(_DELETE, [each.seq for each in waiting])

    def _waiting(self, row: asyncpg.Record) -> Waiting:
        # By place, not by name: this runs for every event there is.
        seq, moment, event_id, name, subject, version, territory, role, unit, trace, cause, pii, text = row
        message = Message(
            id=event_id,
            source=self.source,
            type=name,
            subject=subject,
            subject_version=version,
            time=moment,
            territory=territory,
            role=role,
            tenant=self.tenant,
            schema_version=schema_version_of(name),
            dataschema=dataschema_of(name),
            pii_level=pii,
            data=text.encode(),
            unit=unit,
            traceparent=trace,
            causation_id=cause,
        )
        return Waiting(seq=seq, recorded_at=moment, message=message)
