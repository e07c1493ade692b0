"""A member of a consumer group on the PostgreSQL bus.

Per group and topic one member is active, by a session lock on the connection that also reads, listens and
commits: a member that lost its connection lost its lock, and can no longer commit.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Final

import asyncpg

from shared.messaging.bus import BusUnavailable, Delivery
from shared.messaging.failures import DATABASE_ERRORS
from shared.messaging.postgres.losses import losses_named
from shared.storage import Database

__all__ = ["PostgresSubscription", "channel_of"]

# How long a topic whose reader died waits for another, and the longest a lost NOTIFY can delay a message.
CLAIM_SECONDS: Final = 0.5
CLOSE_SECONDS: Final = 2.0

_TRY_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('bus:' || $1 || ':' || $2, 0))"
# The row is made at once, so that pruning knows of the group before its first commit.
_REGISTER: Final = "INSERT INTO bus.positions VALUES ($1, $2, 0) ON CONFLICT DO NOTHING"
_POSITION: Final = "SELECT position FROM bus.positions WHERE consumer_group = $1 AND topic = $2"
_FETCH: Final = """
SELECT l.topic, l.position, l.key, l.headers, l.data,
    (extract(epoch FROM l.written_at) * 1000)::bigint AS written_ms
FROM unnest($1::text[], $2::bigint[]) AS read(topic, position)
CROSS JOIN LATERAL (
    SELECT * FROM bus.log WHERE log.topic = read.topic AND log.position > read.position
    ORDER BY log.position LIMIT $3
) AS l
"""
_COMMIT: Final = """
UPDATE bus.positions AS p SET position = done.position
FROM unnest($2::text[], $3::bigint[]) AS done(topic, position)
WHERE p.consumer_group = $1 AND p.topic = done.topic
"""
_LAGS: Final = """
SELECT t.topic, t.last_position - coalesce(p.position, 0) AS lag FROM bus.topics AS t
LEFT JOIN bus.positions AS p ON p.topic = t.topic AND p.consumer_group = $1 WHERE t.topic = ANY($2::text[])
"""


def channel_of(topic: str) -> str:
    """Return the channel on which writers of a topic wake its readers."""
    return f"bus.{topic}"


class PostgresSubscription:
    """Reads the topics whose lock it holds; tries for the others from time to time."""

    def __init__(self, database: Database, *, group: str, topics: Collection[str]) -> None:
        """Take the database by which to connect, the group, and what it reads."""
        self._database = database
        self._group = group
        self._topics = sorted(topics)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        # Topics held, each with the position up to which messages were handed out.
        self._read: dict[str, int] = {}
        self._busy: set[str] = set()
        self._written = asyncio.Event()
        # A batch may be committed while the next is looked for; a connection does one thing at a time.
        self._alone = asyncio.Lock()
        self._claim_at = 0.0

    async def open(self) -> None:
        """Connect and listen; raise BusUnavailable when the database cannot be reached."""
        try:
            with losses_named():
                self._connection = await self._database.connect()
                for topic in self._topics:
                    await self._connection.add_listener(channel_of(topic), self._wake)
        except BaseException:
            await self.close()
            raise

    async def poll(self, *, limit: int, timeout_seconds: float) -> list[Delivery]:
        """Return the next messages, or none when the time is over."""
        end = time.monotonic() + timeout_seconds
        while True:
            self._written.clear()
            with losses_named():
                async with self._alone:
                    await self._claim(self._connected())
                    found = await self._fetch(self._connected(), limit)
            left = end - time.monotonic()
            if found or left <= 0:
                return found
            await self._wait(min(left, CLAIM_SECONDS))

    async def commit(self, done: Sequence[Delivery]) -> None:
        """Store how far this member got on the topics it holds."""
        places = {each.topic: each.position for each in done}
        if not places:
            return
        with losses_named():
            async with self._alone:
                await self._connected().execute(_COMMIT, self._group, list(places), list(places.values()))

    def held(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Return all, as long as there is the connection that holds their topics."""
        return [] if self._connection is None or self._connection.is_closed() else list(deliveries)

    async def lags(self) -> Mapping[tuple[str, int], int]:
        """Return how far the group is behind on the topics that this member reads."""
        with losses_named():
            rows = await self._database.pool.fetch(_LAGS, self._group, list(self._read))
        return {(row["topic"], 0): row["lag"] for row in rows}

    async def close(self) -> None:
        """Give the locks back by closing the connection."""
        connection, self._connection = self._connection, None
        if connection is None or connection.is_closed():
            return
        try:
            await connection.close(timeout=CLOSE_SECONDS)
        except DATABASE_ERRORS:
            connection.terminate()

    def _wake(self, *_notification: object) -> None:
        self._written.set()

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: in Python 3.11 it forgets a cancellation that meets the signal.
            async with asyncio.timeout(seconds):
                await self._written.wait()

    async def _claim(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        missing = [topic for topic in self._topics if topic not in self._read]
        if not missing or time.monotonic() < self._claim_at:
            return
        self._claim_at = time.monotonic() + CLAIM_SECONDS
        for topic in missing:
            if await connection.fetchval(_TRY_LOCK, self._group, topic):
                await connection.execute(_REGISTER, self._group, topic)
                self._read[topic] = await connection.fetchval(_POSITION, self._group, topic)

    async def _fetch(self, connection: "asyncpg.Connection[asyncpg.Record]", limit: int) -> list[Delivery]:
        if not self._read:
            return []
        # Topics with a backlog share the limit, so that a busy one does not starve the others.
        share = -(-limit // max(1, len(self._busy)))
        rows = await connection.fetch(_FETCH, list(self._read), list(self._read.values()), share)
        counts = Counter(row["topic"] for row in rows)
        self._busy = {topic for topic, count in counts.items() if count >= share}
        found = [_delivery(row) for row in _shared_out(rows, limit)]
        for delivery in found:
            self._read[delivery.topic] = delivery.position
        return found

    def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None:
            message = "The subscription is closed."
            raise BusUnavailable(message)
        return self._connection


def _shared_out(rows: Sequence[asyncpg.Record], limit: int) -> list[asyncpg.Record]:
    """Return at most `limit` rows, in order within their topic: the first of each topic, then the second."""
    seen: Counter[str] = Counter()
    ranked = []
    for row in sorted(rows, key=itemgetter("topic", "position")):
        seen[row["topic"]] += 1
        ranked.append((seen[row["topic"]], row))
    return [row for _rank, row in sorted(ranked, key=itemgetter(0))[:limit]]


def _delivery(row: asyncpg.Record) -> Delivery:
    return Delivery(
        topic=row["topic"],
        partition=0,
        position=row["position"],
        key=row["key"],
        headers=row["headers"],
        data=row["data"],
        written_ms=row["written_ms"],
    )
