"""A duty: every decision about it, pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from dispute_mediation.items.domain.refusals import (
    DeadlineOutOfRange,
    NotTheChair,
    NotTheCheckPerson,
    NotTheResponsible,
    ObjectionTooLate,
    SamePersonVerifies,
)
from dispute_mediation.items.domain.states import LIFECYCLE, OWED, State, Step
from shared.kernel import TerritoryCode

__all__ = ["Item", "Side", "require_deadline"]


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
