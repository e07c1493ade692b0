"""The account of what operators did with parked events: a table that only grows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from shared.kernel import new_id
from shared.messaging.inbox import MOST_ERROR_CHARACTERS
from shared.messaging.parking import ParkedEvent
from shared.storage import HOUSE_TABLES, Listing, Orders, Row, Work, equal, since, until

__all__ = ["OPERATOR_ACTS", "OperatorAct", "act_of", "note_act"]

_NOTE: Final = """
INSERT INTO operator_acts (id, at, person, role, on_behalf_of, act, consumer, event_id, why, outcome, origin,
    traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_acts = HOUSE_TABLES["operator_acts"].c
OPERATOR_ACTS: Final = Listing(
    select(*(column for column in _acts if column.name != "consumer")),
    orders=Orders("-at", at=(_acts.at, _acts.id)),
    filters={
        "person": equal(_acts.person, "person"),
        "event_id": equal(_acts.event_id, "event_id"),
        "since": since(_acts.at),
        "until": until(_acts.at),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAct:
    """Who decided what about which event, why, when, from where, and what came of it."""

    id: UUID
    at: datetime
    person: str
    role: str
    on_behalf_of: str | None
    act: str
    event_id: UUID
    why: str
    outcome: str
    origin: str | None
    traceparent: str | None


async def note_act(work: Work, *, act: str, parked: ParkedEvent, why: str, outcome: str) -> None:
    """Keep what the acting person did with a parked event."""
    connection = await work.begin()
    await connection.execute(
        _NOTE,
        new_id(),
        work.now,
        work.actor.person,
        work.actor.role,
        work.actor.on_behalf_of,
        act,
        parked.consumer,
        parked.event_id,
        why,
        outcome[:MOST_ERROR_CHARACTERS],
        work.occasion.origin,
        work.occasion.traceparent,
    )


def act_of(row: Row) -> OperatorAct:
    """Read a row."""
    return OperatorAct(**dict(row))
