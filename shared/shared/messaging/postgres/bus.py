"""Publishing into the log, and joining a group that reads it.

A batch is one statement and one commit. It first moves the topic's head, whose row lock it holds to the
commit: so positions become visible in their order, without gaps, even if two relays should write at once,
and a reader may go on from the last position it saw.
"""

import json
from collections.abc import Collection, Sequence
from typing import Final

from shared.messaging.envelope import Message
from shared.messaging.postgres.losses import losses_named
from shared.messaging.postgres.subscription import PostgresSubscription, channel_of
from shared.storage import Database

__all__ = ["PostgresBus"]

# The NOTIFY takes one global lock at its commit. Only relays take it, once a batch; business commits never.
_APPEND: Final = """
WITH head AS (
    INSERT INTO bus.topics AS t (topic, last_position) VALUES ($1, cardinality($2::text[]))
    ON CONFLICT (topic) DO UPDATE SET last_position = t.last_position + excluded.last_position
    RETURNING last_position - cardinality($2::text[]) AS base
), written AS (
    INSERT INTO bus.log (topic, position, key, headers, data, written_at)
    SELECT $1, head.base + m.n, m.key, m.headers::jsonb, m.data, now()
    FROM head, unnest($2::text[], $3::text[], $4::bytea[]) WITH ORDINALITY AS m(key, headers, data, n)
)
SELECT pg_notify($5, '')
"""


class PostgresBus:
    """The bus by a service's own login role: it publishes by the pool, a subscription has a connection."""

    def __init__(self, database: Database) -> None:
        """Take the open database of the service that publishes and listens."""
        self._database = database

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        """Append the messages; they are durable on return. Raise BusUnavailable when that is not certain."""
        if not messages:
            return
        with losses_named():
            await self._database.pool.execute(_APPEND, topic, *_columns(messages), channel_of(topic))

    async def subscribe(self, *, group: str, topics: Collection[str]) -> PostgresSubscription:
        """Join a group: one member at a time reads a topic, the others stand by."""
        subscription = PostgresSubscription(self._database, group=group, topics=topics)
        await subscription.open()
        return subscription

    async def close(self) -> None:
        """Do nothing: the pool is the database's."""


def _columns(messages: Sequence[Message]) -> tuple[list[str], list[str], list[bytes]]:
    return (
        [message.subject for message in messages],
        [json.dumps(message.headers(), ensure_ascii=False) for message in messages],
        [message.data for message in messages],
    )
