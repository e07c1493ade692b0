"""Resolution items: a duty with a deadline, from assignment to verification (J-09 to J-11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.kernel import Conflict, Lifecycle, NotAllowed, NotFound, TerritoryCode

__all__ = [
    "LIFECYCLE",
    "OWED",
    "WAITING",
    "CaseNotOnAgenda",
    "DeadlineOutOfRange",
    "Item",
    "ItemNotFound",
    "NotTheChair",
    "NotTheCheckPerson",
    "NotTheResponsible",
    "ObjectionTooLate",
    "SamePersonVerifies",
    "Side",
    "State",
    "Step",
    "require_deadline",
]


class State(StrEnum):
    """Where a duty stands."""

    ASSIGNED = "assigned"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done with a duty."""

    ACCEPT = "accept"
    OBJECT = "object"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    START = "start"
    CLAIM = "claim"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"


# A duty that was seen undone is taken up again, or closed as it is.
LIFECYCLE: Final = Lifecycle(
    {
        (State.ASSIGNED, Step.ACCEPT): State.ACCEPTED,
        (State.ASSIGNED, Step.OBJECT): State.OBJECTED,
        (State.OBJECTED, Step.UPHOLD): State.WITHDRAWN,
        (State.OBJECTED, Step.DISMISS): State.ASSIGNED,
        (State.ACCEPTED, Step.START): State.IN_PROGRESS,
        (State.IN_PROGRESS, Step.CLAIM): State.CLAIMED,
        (State.CLAIMED, Step.VERIFY): State.VERIFIED,
        (State.CLAIMED, Step.REJECT): State.REJECTED,
        (State.REJECTED, Step.START): State.IN_PROGRESS,
        (State.REJECTED, Step.CLOSE): State.CLOSED,
        (State.VERIFIED, Step.CLOSE): State.CLOSED,
    }
)
# The duty is owed by the one who took it: its clock runs.
OWED: Final = frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.REJECTED})
# Another one has to act: the clock stands, and goes on where it was.
WAITING: Final = frozenset({State.OBJECTED, State.CLAIMED})


class ItemNotFound(NotFound):
    """There is no such item, or the caller has nothing to do with it."""

    zh = "没有找到该交办事项，或它不在您的职责范围内。请核对编号。"
    en = "There is no such resolution item within your reach. Check its number."


class CaseNotOnAgenda(Conflict):
    """A meeting decides about the cases that were laid before it."""

    zh = "该诉求不在这次联席会议的议题中，不能据此交办。请选择会议所列的诉求。"
    en = "The case was not laid before this meeting. Choose one of its cases."


class DeadlineOutOfRange(Conflict):
    """A deadline lies ahead, and not too far (J-09)."""

    zh = "办理期限须晚于现在，且不晚于 {latest}。请重新填写。"
    en = "A deadline lies in the future and not after {latest}. Choose another."


class NotTheResponsible(NotAllowed):
    """The duty is another one's."""

    zh = "该事项由 {responsible} 负责，请由其人员办理。"
    en = "The item is a duty of {responsible}. Its people act on it."


class ObjectionTooLate(Conflict):
    """A duty is objected to once, and in time (J-11)."""

    zh = "每个事项只能在 {until} 之前提出一次异议，现已不能提出。请接受并办理。"
    en = "An item is objected to once, until {until}. It is too late now: accept it and act."


class NotTheChair(NotAllowed):
    """The chair of the meeting decides on an objection (J-11)."""

    zh = "异议由该次会议的主持人决定，请由主持人办理。"
    en = "The chair of the meeting decides on an objection."


class NotTheCheckPerson(NotAllowed):
    """The minutes name who checks (J-09)."""

    zh = "该事项的核查人是 {check_person}，请由核查人办理。"
    en = "The item is checked by {check_person}."


class SamePersonVerifies(NotAllowed):
    """Whoever reports a duty done does not verify it."""

    zh = "申报办结与核查须由不同人员办理，请由其他人员核查。"
    en = "Whoever reported the duty done cannot verify it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """For whom a person acts. `bound` says: for this unit or company alone, not for the whole territory."""

    unit: str | None
    org: str | None
    bound: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A duty. `unit` is responsible, or watches over the company `org` that is.

    `stage` is the last overdue stage its clock has passed.
    """

    id: UUID
    version: int = 1
    territory: TerritoryCode
    state: State = State.ASSIGNED
    meeting_id: UUID
    case_id: UUID
    estate_id: UUID | None
    text: str
    deliverable: str
    unit: str
    org: str | None
    assist_units: Sequence[str] = ()
    check_person: str
    assigned_by: str
    assigned_at: datetime
    accept_due_at: datetime
    due_at: datetime
    due_provisional: bool = False
    stage: str | None = None
    objected: bool = False
    objection: str | None = None
    decision_due_at: datetime | None = None
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    claim: str | None = None
    verified_by: str | None = None
    verified_at: datetime | None = None

    @property
    def responsible(self) -> str:
        """Return who owes the duty: the company, else the unit."""
        return self.org or self.unit

    @property
    def is_owed(self) -> bool:
        """Say whether the clock runs against the one responsible."""
        return self.state in OWED

    @property
    def on_time(self) -> bool:
        """Say whether it was reported done before its deadline."""
        return self.claimed_at is not None and self.claimed_at <= self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the duty is owed and its time is over."""
        return self.is_owed and self.due_at <= now

    def allowed_actions(self) -> list[Step]:
        """Return what can be done now, as far as the duty itself is asked."""
        return [step for step in LIFECYCLE.allowed(self.state) if not (step is Step.OBJECT and self.objected)]

    def accept(self, *, side: Side) -> "Item":
        """Take the duty on."""
        self._require_responsible(side)
        return self._after(Step.ACCEPT)

    def object(self, *, reason: str, side: Side, now: datetime, decision_due_at: datetime) -> "Item":
        """Object to the duty, once and in time (J-11)."""
        self._require_responsible(side)
        objected = self._after(Step.OBJECT)
        if self.objected or now > self.accept_due_at:
            raise ObjectionTooLate(until=self.accept_due_at.isoformat())
        return replace(objected, objected=True, objection=reason, decision_due_at=decision_due_at)

    def decide_objection(self, *, upheld: bool, person: str, chair: str) -> "Item":
        """Withdraw the duty or insist on it; the chair does (J-11)."""
        decided = self._after(Step.UPHOLD if upheld else Step.DISMISS)
        if person != chair:
            raise NotTheChair
        return decided

    def start(self, *, side: Side) -> "Item":
        """Begin, or begin again after the check found it undone."""
        self._require_responsible(side)
        return self._after(Step.START)

    def report_done(self, *, claim: str, person: str, side: Side, now: datetime) -> "Item":
        """Claim that the duty is done."""
        self._require_responsible(side)
        return replace(self._after(Step.CLAIM), claim=claim, claimed_by=person, claimed_at=now)

    def check(self, *, passed: bool, person: str, now: datetime) -> "Item":
        """Say whether the duty is done; the check person does, who is never the one who claimed it."""
        checked = self._after(Step.VERIFY if passed else Step.REJECT)
        if person == self.claimed_by:
            raise SamePersonVerifies
        if person != self.check_person:
            raise NotTheCheckPerson(check_person=self.check_person)
        return replace(checked, verified_by=person, verified_at=now)

    def close(self) -> "Item":
        """End the matter."""
        return self._after(Step.CLOSE)

    def _require_responsible(self, side: Side) -> None:
        mine = side.org == self.org if self.org is not None else side.unit == self.unit
        if side.bound and not mine:
            raise NotTheResponsible(responsible=self.responsible)

    def _after(self, step: Step) -> "Item":
        return replace(self, state=LIFECYCLE.after(self.state, step))


def require_deadline(due_at: datetime, *, now: datetime, latest: datetime) -> None:
    """Refuse a deadline that has passed or lies beyond the longest term; raise DeadlineOutOfRange."""
    if not now < due_at <= latest:
        raise DeadlineOutOfRange(latest=latest.isoformat())
