"""The journal of a service as the source of a rebuild: read by its numbers, up to what is final."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from shared.chain import JOURNAL_CHAIN, Finality
from shared.contracts import Event
from shared.kernel import Actor
from shared.messaging.arrival import Arrival
from shared.messaging.envelope import Message, dataschema_of, topic_of
from shared.storage import Database, Occasion, Work

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Source", "sources_of"]

# A rebuild tells nobody which district it is for: no reaction reads it.
NO_TENANT: Final = ""
_READ: Final = """
SELECT seq, recorded_at, event_id, type, subject, subject_version, territory, role, unit, traceparent,
    causation_id, pii_level, data::text AS data
FROM journal
WHERE seq > $1 AND seq <= $2 AND type = ANY($3::text[]) AND recorded_at >= $4
ORDER BY seq LIMIT $5
"""
_OF_TYPES: Final = "SELECT event_id FROM journal WHERE event_id = ANY($1::uuid[]) AND type = ANY($2::text[])"
_HIGHEST: Final = "SELECT coalesce(max(seq), 0) FROM journal"


@dataclass(kw_only=True)
class Source:
    """One service's journal, read forward. All up to `done` is read, and nothing can appear there."""

    database: Database
    types: Sequence[str]
    since: datetime
    done: int = 0
    final: int = 0
    highest: int = 0
    _finality: Finality = field(default_factory=Finality)
    _address: str = field(init=False)

    def __post_init__(self) -> None:
        """Make what every message says."""
        self._address = f"/{self.name}"

    @property
    def name(self) -> str:
        """Return the service's name."""
        return self.database.schema.replace("_", "-")

    @property
    def behind(self) -> int:
        """Return how many numbers have not been read."""
        return max(0, self.highest - self.done)

    async def look(self) -> None:
        """Learn how far the journal reaches, and up to where it is final."""
        async with self._reading() as work:
            self.final = await self._finality.move_up(work, JOURNAL_CHAIN)
            self.highest = await work.connection.fetchval(_HIGHEST)

    async def read(self, *, after: int, upto: int, limit: int) -> tuple[int, list[Arrival]]:
        """Return what comes next for the read model, lowest number first, and the number of the last."""
        async with self._reading() as work:
            rows = await work.connection.fetch(_READ, after, upto, self.types, self.since, limit)
        return (rows[-1]["seq"] if rows else upto), self._arrivals(rows)

    async def of_types(self, ids: Sequence[UUID], types: Sequence[str]) -> set[UUID]:
        """Return those of some events that are of these types."""
        async with self._reading() as work:
            return {row["event_id"] for row in await work.connection.fetch(_OF_TYPES, ids, types)}

    def _arrivals(self, rows: "Iterable[asyncpg.Record]") -> list[Arrival]:
        return [Arrival.of_message(topic_of(row["type"]), self._message(row)) for row in rows]

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Work]:
        async with self.database.read(Occasion(actor=Actor.system("rebuild"), now=self.since)) as work:
            yield work

    def _message(self, row: "asyncpg.Record") -> Message:
        return Message(
            id=row["event_id"],
            source=self._address,
            type=row["type"],
            subject=row["subject"],
            subject_version=row["subject_version"],
            time=row["recorded_at"],
            territory=row["territory"],
            role=row["role"],
            tenant=NO_TENANT,
            schema_version=int(row["type"].rpartition(".v")[2]),
            dataschema=dataschema_of(row["type"]),
            pii_level=row["pii_level"],
            data=row["data"].encode(),
            unit=row["unit"],
            traceparent=row["traceparent"],
            causation_id=row["causation_id"],
        )


def sources_of(
    *, dsn: str, facts: Iterable[type[Event]], types: Iterable[str], since: datetime
) -> list[Source]:
    """Return the journals that hold these facts, on one server, each to be opened by the caller."""
    contexts = sorted({fact.context() for fact in facts})
    named = sorted(types)
    return [
        Source(
            database=Database(dsn=dsn, schema=context.replace("-", "_"), pool_max=2),
            types=[name for name in named if name.startswith(f"nz.{context}.")],
            since=since,
        )
        for context in contexts
    ]
