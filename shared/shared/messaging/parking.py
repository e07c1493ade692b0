"""Parked events: look at them, replay them in the order of their subject, or drop one with a reason.

A row is never deleted: it keeps who decided, and why.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
from sqlalchemy import bindparam, select, true

from shared.kernel import Actor, Conflict, NotFound
from shared.messaging.applying import Applier, ReactionFailed
from shared.messaging.arrival import Arrival
from shared.messaging.cloudevents import MalformedMessage
from shared.messaging.envelope import Message
from shared.messaging.inbox import MOST_ERROR_CHARACTERS
from shared.storage import HOUSE_TABLES, Listing, Narrowing, Orders, Work, equal, record_facts

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PARKED",
    "AlreadyDecided",
    "NotParked",
    "ParkedEvent",
    "Replayed",
    "drop_parked",
    "parked_of",
    "replay_parked",
    "show_parked",
]

MOST_REPLAYED: Final = 200

_parked = HOUSE_TABLES["parked"]
# Of one consumer and in one state, which a cursor is bound to. The consumer stands last in the order: there
# it only makes the order's columns unique.
PARKED: Final = Listing(
    select(_parked).where(
        _parked.c.consumer == bindparam("of_consumer"), _parked.c.state == bindparam("state")
    ),
    orders=Orders("parked_at", parked_at=(_parked.c.parked_at, _parked.c.event_id, _parked.c.consumer)),
    filters={
        "state": Narrowing(predicate=true(), values=lambda given: {"state": given}),
        "type": equal(_parked.c.type, "type"),
        "subject": equal(_parked.c.subject, "subject"),
    },
)
_SHOW: Final = "SELECT * FROM parked WHERE consumer = $1 AND event_id = $2"
_DROP: Final = """
UPDATE parked SET state = 'dropped', decided_by = $3, why = $4, decided_at = $5
WHERE consumer = $1 AND event_id = $2 AND state = 'waiting' RETURNING *
"""
_NEXT: Final = """
SELECT * FROM parked WHERE consumer = $1 AND topic = $2 AND subject = $3 AND state = 'waiting'
ORDER BY subject_version, parked_at, event_id LIMIT 1 FOR UPDATE
"""
_REPLAYED: Final = """
UPDATE parked SET state = 'replayed', decided_by = $3, why = $4, decided_at = $5, attempts = attempts + 1
WHERE consumer = $1 AND event_id = $2
"""
_CHECK: Final = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
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


async def show_parked(work: Work, *, consumer: str, event_id: UUID) -> ParkedEvent:
    """Return one parked event; raise NotParked."""
    row = await work.connection.fetchrow(_SHOW, consumer, event_id)
    if row is None:
        raise NotParked(consumer=consumer, event_id=event_id)
    return parked_of(row)


async def drop_parked(work: Work, *, consumer: str, event_id: UUID, why: str) -> ParkedEvent:
    """Give an event up for a reason; raise NotParked or AlreadyDecided. What waits behind it stays parked."""
    connection = await work.begin()
    row = await connection.fetchrow(_DROP, consumer, event_id, work.actor.person, why, work.now)
    if row is None:
        known = await show_parked(work, consumer=consumer, event_id=event_id)
        raise AlreadyDecided(event_id=event_id, state=known.state)
    return parked_of(row)


async def replay_parked(work: Work, *, applier: Applier, topic: str, subject: str, why: str) -> Replayed:
    """Apply what is parked of a subject, the earliest first, until one fails again; MOST_REPLAYED at most.

    All in the open unit of work of the person who decided. What fails is undone by itself and stays parked.
    """
    connection = await work.begin()
    for applied in range(MOST_REPLAYED):
        row = await connection.fetchrow(_NEXT, applier.consumer, topic, subject)
        if row is None:
            return Replayed(applied=applied)
        error = await _replay(work, applier, row, why=why)
        if error is not None:
            event_id: UUID = row["event_id"]
            await connection.execute(_FAILED, applier.consumer, event_id, error[:MOST_ERROR_CHARACTERS])
            return Replayed(applied=applied, stopped_at=event_id, error=error)
    return Replayed(applied=MOST_REPLAYED)


async def _replay(work: Work, applier: Applier, row: asyncpg.Record, *, why: str) -> str | None:
    """Apply one event under a savepoint; return what was wrong with it, if anything."""
    acting = Work(
        lent=work.connection,
        occasion=replace(
            work.occasion, actor=Actor.system(applier.consumer), reason=why, origin=None, if_match=None
        ),
        memory=work.memory,
    )
    try:
        async with work.connection.transaction():
            await applier.react(acting, [_arrival(row)])
            await record_facts(work.connection, occasion=acting.occasion, facts=acting.facts)
            # What the database would refuse at the commit it refuses here, where there is a way back.
            await work.connection.execute(_CHECK)
    except (ReactionFailed, asyncpg.PostgresError) as fault:
        if work.connection.is_closed():
            raise
        return str(fault)
    await work.connection.execute(
        _REPLAYED, applier.consumer, row["event_id"], work.actor.person, why, work.now
    )
    await work.connection.execute(_APPLIED, applier.consumer, row["event_id"], work.now)
    return None


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


def parked_of(row: asyncpg.Record) -> ParkedEvent:
    """Read a row."""
    return ParkedEvent(**dict(row))
