"""Parked events: look at them, replay them in the order of their subject, or drop one with a reason.

A row is never deleted: it keeps who decided, and why.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg

from shared.kernel import Conflict, NotFound
from shared.messaging.applying import Applier, ReactionFailed
from shared.messaging.arrival import Arrival
from shared.messaging.cloudevents import MalformedMessage
from shared.messaging.envelope import Message
from shared.messaging.inbox import MOST_ERROR_CHARACTERS, WAITING
from shared.storage import Work

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AlreadyDecided",
    "NotParked",
    "ParkedEvent",
    "Replayed",
    "drop_parked",
    "list_parked",
    "replay_parked",
    "show_parked",
]

MOST_LISTED: Final = 200
NO_EVENT: Final = UUID(int=0)

_LIST: Final = """
SELECT * FROM parked WHERE state = $1 AND event_id > $2 ORDER BY event_id LIMIT $3
"""
_SHOW: Final = "SELECT * FROM parked WHERE consumer = $1 AND event_id = $2"
_DROP: Final = """
UPDATE parked SET state = 'dropped', decided_by = $3, why = $4
WHERE consumer = $1 AND event_id = $2 AND state = 'waiting' RETURNING *
"""
_NEXT: Final = """
SELECT * FROM parked WHERE consumer = $1 AND topic = $2 AND subject = $3 AND state = 'waiting'
ORDER BY subject_version, parked_at, event_id LIMIT 1 FOR UPDATE
"""
_REPLAYED: Final = """
UPDATE parked SET state = 'replayed', decided_by = $3, why = $4, attempts = attempts + 1
WHERE consumer = $1 AND event_id = $2
"""
_APPLIED: Final = "UPDATE inbox SET applied_at = $3 WHERE consumer = $1 AND event_id = $2"
_FAILED: Final = """
UPDATE parked SET attempts = attempts + 1, error = $3
WHERE consumer = $1 AND event_id = $2 AND state = 'waiting'
"""


class NotParked(NotFound):
    """No such event was ever parked here."""

    zh = "“{consumer}”没有搁置过事件 {event_id}。请用列表核对编号。"
    en = "Event {event_id} was never parked by {consumer}. Check the id against the list."


class AlreadyDecided(Conflict):
    """The event was replayed or dropped before."""

    zh = "事件 {event_id} 已经处理过（{state}），不能再次处理。"
    en = "Event {event_id} was already {state}; nothing is left to decide."


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedEvent:
    """A parked event as an operator sees it."""

    consumer: str
    event_id: UUID
    topic: str
    type: str
    subject: str
    subject_version: int
    message: "Mapping[str, object]"
    error: str
    attempts: int
    parked_at: datetime
    state: str
    decided_by: str | None
    decided_at: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """How many events of a subject were applied, and the one that failed again, if any."""

    applied: int
    stopped_at: UUID | None = None
    error: str | None = None


async def list_parked(
    work: Work, *, state: str = WAITING, after: UUID = NO_EVENT, limit: int = MOST_LISTED
) -> list[ParkedEvent]:
    """Return parked events in order of their ids, at most MOST_LISTED after the one named."""
    rows = await work.connection.fetch(_LIST, state, after, min(limit, MOST_LISTED))
    return [_parked(row) for row in rows]


async def show_parked(work: Work, *, consumer: str, event_id: UUID) -> ParkedEvent:
    """Return one parked event; raise NotParked."""
    row = await work.connection.fetchrow(_SHOW, consumer, event_id)
    if row is None:
        raise NotParked(consumer=consumer, event_id=event_id)
    return _parked(row)


async def drop_parked(work: Work, *, consumer: str, event_id: UUID, why: str) -> ParkedEvent:
    """Give an event up for a reason; raise NotParked or AlreadyDecided. What waits behind it stays parked."""
    row = await work.connection.fetchrow(_DROP, consumer, event_id, work.actor.person, why)
    if row is None:
        known = await show_parked(work, consumer=consumer, event_id=event_id)
        raise AlreadyDecided(event_id=event_id, state=known.state)
    return _parked(row)


async def replay_parked(applier: Applier, *, topic: str, subject: str, decided_by: str, why: str) -> Replayed:
    """Apply what is parked of a subject, the earliest first, each in a transaction, until one fails again."""
    applied = 0
    while True:
        try:
            event_id = await _replay_next(applier, topic, subject, decided_by, why)
        except ReactionFailed as failure:
            await _note_failure(applier, failure)
            return Replayed(applied=applied, stopped_at=failure.arrival.event_id, error=str(failure))
        if event_id is None:
            return Replayed(applied=applied)
        applied += 1


async def _replay_next(applier: Applier, topic: str, subject: str, decided_by: str, why: str) -> UUID | None:
    """Apply the earliest that waits; None when none does. The lock keeps the consumer from going past it."""
    async with applier.begin(reason=why) as base:
        row = await base.connection.fetchrow(_NEXT, applier.consumer, topic, subject)
        if row is None:
            return None
        event_id: UUID = row["event_id"]
        await applier.react(base, [_arrival(row)])
        await base.connection.execute(_REPLAYED, applier.consumer, event_id, decided_by, why)
        await base.connection.execute(_APPLIED, applier.consumer, event_id, base.now)
    return event_id


async def _note_failure(applier: Applier, failure: ReactionFailed) -> None:
    async with applier.begin() as base:
        text = str(failure)[:MOST_ERROR_CHARACTERS]
        await base.connection.execute(_FAILED, applier.consumer, failure.arrival.event_id, text)


def _arrival(row: asyncpg.Record) -> Arrival:
    try:
        return Arrival.of_message(row["topic"], Message.from_structured(row["message"]))
    except MalformedMessage as fault:
        return Arrival(
            topic=row["topic"],
            event_id=row["event_id"],
            type=row["type"],
            subject=row["subject"],
            subject_version=row["subject_version"],
            document=row["message"],
            fault=fault,
        )


def _parked(row: asyncpg.Record) -> ParkedEvent:
    return ParkedEvent(**dict(row))
