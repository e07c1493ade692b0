"""What an operator is shown, and what a decision must say."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.messaging import ArrivalState
from shared.web.models import Body, LongText, View

__all__ = [
    "ArrivedView",
    "Decision",
    "EventView",
    "FollowingView",
    "OperatorActView",
    "ParkedMessageView",
    "ParkedState",
    "ParkedView",
    "RecordedView",
    "ReplayView",
    "VersionsView",
]


class ParkedState(StrEnum):
    """What became of a parked event."""

    WAITING = "waiting"
    REPLAYED = "replayed"
    DROPPED = "dropped"


class RecordedView(View):
    """A fact in the journal of the service that recorded it."""

    event_id: UUID
    type: str
    subject: str
    subject_version: int
    recorded_at: datetime
    role: str
    traceparent: str | None
    causation_id: UUID | None
    in_outbox: bool


class ArrivedView(View):
    """The event where it came in. Times of the bus are the bus's own."""

    state: ArrivalState
    partition: int | None
    position: int | None
    published_at: datetime | None
    received_at: datetime | None
    applied_at: datetime | None
    parked_at: datetime | None
    error: str | None
    decided_by: str | None
    decided_at: datetime | None
    why: str | None


class FollowingView(View):
    """A fact that the service recorded because of the event."""

    event_id: UUID
    type: str
    subject: str
    subject_version: int
    recorded_at: datetime


class EventView(View):
    """All that this service knows of an event; nothing for one it never met."""

    service: str
    listens: bool | None
    recorded: RecordedView | None
    arrived: ArrivedView | None
    led_to: list[FollowingView]


class VersionsView(View):
    """How many facts of a subject this service recorded, and which versions are missing."""

    service: str
    subject: str
    last_version: int
    recorded: int
    missing: list[int]


class ParkedView(View):
    """A parked event in a list."""

    event_id: UUID
    topic: str
    type: str
    subject: str
    subject_version: int
    error: str
    attempts: int
    parked_at: datetime
    state: ParkedState
    decided_by: str | None
    decided_at: datetime | None
    why: str | None


class ParkedMessageView(ParkedView):
    """A parked event with its message, as it came."""

    message: dict[str, object]


class Decision(Body):
    """Why an operator decides so."""

    why: LongText


class ReplayView(View):
    """What a replay did: how many events of the subject it applied, and which failed again, if any."""

    event: ParkedView
    applied: int
    stopped_at: UUID | None
    error: str | None


class OperatorActView(View):
    """What an operator did with a parked event."""

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
