"""The account of what operators did with parked events: a table that only grows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.kernel import new_id
from shared.messaging.inbox import MOST_ERROR_CHARACTERS
from shared.messaging.parking import ParkedEvent
from shared.storage import Work

__all__ = ["OperatorAct", "list_acts", "note_act"]

_LAST_ID: Final = UUID(int=2**128 - 1)
_NOTE: Final = """
INSERT INTO operator_acts (id, at, person, role, on_behalf_of, act, consumer, event_id, why, outcome, origin,
    traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_LIST: Final = """
SELECT id, at, person, role, on_behalf_of, act, event_id, why, outcome, origin, traceparent
FROM operator_acts WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3
"""


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
    await work.connection.execute(
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


async def list_acts(work: Work, *, before: tuple[datetime, UUID] | None, limit: int) -> Sequence[OperatorAct]:
    """Return acts before a moment and id, the newest first."""
    # An act of this very moment is shown too: no id is over the last one.
    rows = await work.connection.fetch(_LIST, *(before or (work.now, _LAST_ID)), limit)
    return [OperatorAct(**dict(row)) for row in rows]
