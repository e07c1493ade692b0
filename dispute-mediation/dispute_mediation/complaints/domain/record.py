"""What is known of a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dispute_mediation.complaints.domain.clock import Clock
from dispute_mediation.complaints.domain.filing import Channel, Kind, Urgency
from dispute_mediation.complaints.domain.states import OPEN, State
from shared.kernel import TerritoryCode

__all__ = ["CaseRecord", "is_late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """What is known of a case. Who complained and what they wrote is kept apart.

    `org` is the company that answers for the estate; `mark` a blind mark of the person; `round` 1 once the
    case was reopened; `stage` the last overdue stage its clock has passed.
    """

    id: UUID
    case_no: str
    version: int = 1
    territory: TerritoryCode
    state: State = State.RECEIVED
    # As it came in.
    channel: Channel
    kind: Kind
    leaf: str
    urgency: Urgency
    estate_id: UUID | None
    estate_code: str | None
    estate_known: bool
    org: str | None
    mark: str | None
    anonymous: bool
    want_secret: bool
    order_no: str | None
    hotline_sign_due: datetime | None
    hotline_due: datetime | None
    filed_by: str
    received_at: datetime
    received_on: date
    # Who has it.
    host_unit: str | None = None
    assist_units: Sequence[str] = ()
    level: str | None = None
    handler: str | None = None
    barred_handler: str | None = None
    returns: int = 0
    # By when.
    dispatch_due_at: datetime
    accepted_at: datetime | None = None
    sign_due_at: datetime | None = None
    clock_started_at: datetime | None = None
    due_at: datetime | None = None
    due_provisional: bool = False
    extensions: int = 0
    stage: str | None = None
    # What came of it.
    rejection_reason: str | None = None
    master_id: UUID | None = None
    repeat_count: int = 0
    callback_required: bool = False
    callback_due_at: datetime | None = None
    callback_tries: int = 0
    round: int = 0
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether a result is still owed."""
        return self.state in OPEN

    @property
    def clock(self) -> Clock | None:
        """Return the clock of the result; None before the case was accepted."""
        if self.clock_started_at is None or self.due_at is None:
            return None
        return Clock(started_at=self.clock_started_at, due_at=self.due_at, provisional=self.due_provisional)

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the result is owed and its time is over."""
        return is_late(self.state, due_at=self.due_at, now=now)


def is_late(state: State, *, due_at: datetime | None, now: datetime) -> bool:
    """Say whether a case in this state owes a result whose time is over."""
    return state in OPEN and due_at is not None and due_at <= now
