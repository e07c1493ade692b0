"""The inbox: the messages a consumer has dealt with, applied or parked; written with their effect."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from shared.messaging.arrival import Arrival

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["held_places", "park", "take_in"]

WAITING: Final = "waiting"
MOST_ERROR_CHARACTERS: Final = 2_000
FOLLOWS: Final = "An earlier event of the same subject is parked."

# Waits for another member that is just applying the same message, then leaves it out. In one order, so that
# two members cannot wait for each other.
_TAKE_IN: Final = """
INSERT INTO inbox (consumer, event_id, applied_at)
SELECT $1, event_id, $3 FROM unnest($2::uuid[]) AS event_id ORDER BY event_id
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
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting')
"""


async def take_in(
    connection: "PoolConnectionProxy[asyncpg.Record]", *, consumer: str, ids: Sequence[UUID], now: datetime
) -> set[UUID]:
    """Mark messages as dealt with by this transaction; return those that no other has dealt with."""
    return {row["event_id"] for row in await connection.fetch(_TAKE_IN, consumer, ids, now)}


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
