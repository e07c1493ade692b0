"""The inbox: the messages a consumer has dealt with, applied or parked; written with their effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from shared.messaging.arrival import Arrival
from shared.storage import Database

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["FORGOTTEN", "KEPT", "held_places", "park", "prune_inbox", "remembers", "take_in"]

# How long the inbox remembers a message. A topic holds one for 30 days and, with its last segment, some more;
# what comes later than this was published again, or waited in an outbox, or the reader was away.
KEPT: Final = timedelta(days=45)
MOST_PRUNED: Final = 5_000
# The clock of who recorded may be ahead of ours by so much.
CLOCKS_APART: Final = timedelta(days=1)

WAITING: Final = "waiting"
MOST_ERROR_CHARACTERS: Final = 2_000
FORGOTTEN: Final = "Older than the inbox remembers: nobody can say whether it was applied."
FOLLOWS: Final = "An earlier event of the same subject is parked."

# Waits for another member that is just applying the same message, then leaves it out. In one order, so that
# two members cannot wait for each other. The columns of the passage are for tracing alone.
_TAKE_IN: Final = """
INSERT INTO inbox (consumer, event_id, applied_at, received_at, published_at, partition, position)
SELECT $1, event_id, $2, $3, to_timestamp(written_ms::float8 / 1000), partition, position
FROM unnest($4::uuid[], $5::bigint[], $6::int[], $7::bigint[])
    AS arrived(event_id, written_ms, partition, position)
ORDER BY event_id
ON CONFLICT DO NOTHING RETURNING event_id
"""
# The lock makes it wait for a replay under way, and a replay wait for what is being parked behind it.
_HELD: Final = """
SELECT topic, subject FROM parked
WHERE consumer = $1 AND subject = ANY($2::text[]) AND state = 'waiting' FOR SHARE
"""
_PARK: Final = """
INSERT INTO parked (consumer, event_id, topic, type, subject, subject_version, message, error, attempts,
    parked_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting') ON CONFLICT DO NOTHING
"""
_FIRST: Final = "SELECT min(applied_at) FROM inbox"
# The newest of those that could go stay: they tell up to when messages were forgotten. By the rows' places:
# by their keys PostgreSQL, which knows no LIMIT beforehand, reads the inbox whole.
_PRUNE: Final = """
DELETE FROM inbox WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM inbox
    WHERE applied_at < (SELECT max(applied_at) FROM inbox WHERE applied_at < $1)
    ORDER BY applied_at LIMIT $2
))
"""


async def take_in(
    connection: "PoolConnectionProxy[asyncpg.Record]",
    *,
    consumer: str,
    arrivals: Sequence[Arrival],
    now: datetime,
) -> set[UUID]:
    """Mark messages as dealt with by this transaction; return the ids that no other has dealt with."""
    passages = [each.passage for each in arrivals]
    rows = await connection.fetch(
        _TAKE_IN,
        consumer,
        now,
        # What is applied together came together.
        next((each.received_at for each in passages if each), None),
        [each.event_id for each in arrivals],
        [each and each.written_ms for each in passages],
        [each and each.partition for each in passages],
        [each and each.position for each in passages],
    )
    return {row["event_id"] for row in rows}


async def remembers(
    connection: "PoolConnectionProxy[asyncpg.Record]", *, arrivals: Sequence[Arrival], now: datetime
) -> set[UUID]:
    """Return the ids of those messages whose application would still be known, had there been one.

    A message is applied after it was recorded. So its row is here if it was recorded within KEPT, or after
    the newest row that was ever pruned.
    """
    old = [each for each in arrivals if each.message is not None and each.message.time < now - KEPT]
    if not old:
        return {each.event_id for each in arrivals}
    first = await connection.fetchval(_FIRST)
    if first is None or first >= now - KEPT - CLOCKS_APART:
        # Nothing was ever pruned.
        return {each.event_id for each in arrivals}
    lost = {each.event_id for each in old if each.message is not None and each.message.time < first}
    return {each.event_id for each in arrivals} - lost


async def prune_inbox(database: Database, *, now: datetime) -> int:
    """Forget messages dealt with longer than KEPT ago, MOST_PRUNED at once; return how many went."""
    total, gone = 0, MOST_PRUNED
    while gone == MOST_PRUNED:
        status = await database.pool.execute(_PRUNE, now - KEPT - CLOCKS_APART, MOST_PRUNED)
        gone = int(status.rpartition(" ")[2])
        total += gone
    return total


async def held_places(
    connection: "PoolConnectionProxy[asyncpg.Record]", *, consumer: str, subjects: Sequence[str]
) -> set[tuple[str, str]]:
    """Return topic and subject of those that an event is parked of. To be asked after `take_in`."""
    return {(row["topic"], row["subject"]) for row in await connection.fetch(_HELD, consumer, subjects)}


async def park(
    connection: "PoolConnectionProxy[asyncpg.Record]",
    *,
    consumer: str,
    arrivals: Sequence[Arrival],
    error: str,
    attempts: int,
    now: datetime,
) -> None:
    """Put messages aside until a person decides."""
    rows = [
        (
            consumer,
            arrival.event_id,
            arrival.topic,
            arrival.type,
            arrival.subject,
            arrival.subject_version,
            arrival.as_document(),
            error[:MOST_ERROR_CHARACTERS],
            attempts,
            now,
        )
        for arrival in arrivals
    ]
    if rows:
        await connection.executemany(_PARK, rows)
