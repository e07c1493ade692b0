"""A claim: the form, how far it has come, and what each step asks before it is taken."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from shared.kernel import Deadline, Period, TerritoryCode, yuan_text
from subsidy_ledger.claims.domain.lifecycle import CLOSED, LIFECYCLE, Duty, Status, Step
from subsidy_ledger.claims.domain.refusals import (
    ApplicantOnly,
    BeyondApprovalLimit,
    PersonActedBefore,
    PublicityEnded,
    PublicityNotEnded,
    PublicityStillRunning,
)

__all__ = ["Claim", "Decision", "Form", "require_single_duty", "require_within_limit"]


class Decision(StrEnum):
    """What a desk decides."""

    PASSED = "pass"
    RETURNED = "return"
    REFUSED = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What the applicant states. The account is sealed; `account_shown` ends in its last four digits."""

    programme: str
    purpose: str
    estate_id: UUID
    payee: str
    period: Period
    common_income_fen: int
    account_holder: str
    account_sealed: str
    account_shown: str

    @property
    def end(self) -> date:
        """Return the first day after the period, which always has one."""
        return self.period.end or self.period.start

    @property
    def last_day(self) -> date:
        """Return the last day claimed."""
        return self.end - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim on a programme, for one estate and some whole months. Amounts in fen."""

    id: UUID
    claim_no: str
    territory: TerritoryCode
    form: Form
    status: Status = Status.DRAFT
    estimated_fen: int | None = None
    amount_fen: int | None = None
    coefficient_hundredths: int | None = None
    budget_id: UUID | None = None
    control_no: str | None = None
    approval_no: str | None = None
    meeting_no: str | None = None
    publicity_over_on: date | None = None
    publicity_ended_on: date | None = None
    due: Deadline | None = None
    version: int = 1

    @property
    def payable_fen(self) -> int:
        """Return the amount as far as it is known: fixed at the second review, estimated before."""
        return self.amount_fen or self.estimated_fen or 0

    @property
    def is_closed(self) -> bool:
        """Say whether the claim has ended without money."""
        return self.status in CLOSED

    def after(self, step: Step) -> "Claim":
        """Return the claim after a step; raise StepNotAllowed."""
        return replace(self, status=LIFECYCLE.after(self.status, step), due=None)

    def decided(self, *, at_desk: Step, decision: Decision) -> "Claim":
        """Return the claim after a desk has passed, returned or refused it; raise StepNotAllowed."""
        passed = self.after(at_desk)
        if decision is Decision.PASSED:
            return passed
        step = Step.RETURN if decision is Decision.RETURNED else Step.REFUSE
        return replace(self._unmeasured(), status=LIFECYCLE.after(self.status, step))

    def _unmeasured(self) -> "Claim":
        """Take off what the desks fixed: a claim that comes again is measured again."""
        return replace(
            self,
            amount_fen=None,
            coefficient_hundredths=None,
            budget_id=None,
            control_no=None,
            publicity_over_on=None,
            publicity_ended_on=None,
            due=None,
        )

    def with_publicity_ended(self, *, decision: Decision, today: date) -> "Claim":
        """End the publicity on its day or later; an objection that was upheld returns or refuses the claim.

        Raises StepNotAllowed, PublicityEnded, PublicityStillRunning.
        """
        ended = self.decided(at_desk=Step.END_PUBLICITY, decision=decision)
        if self.publicity_ended_on is not None:
            raise PublicityEnded(ended_on=self.publicity_ended_on)
        if decision is not Decision.PASSED:
            return ended
        if self.publicity_over_on is None or today < self.publicity_over_on:
            raise PublicityStillRunning(over_on=self.publicity_over_on)
        return replace(ended, publicity_ended_on=today)

    def approved(self, *, decision: Decision, approval_no: str | None, meeting_no: str | None) -> "Claim":
        """Approve, return or refuse a claim whose publicity has ended; raise PublicityNotEnded."""
        decided = self.decided(at_desk=Step.APPROVE, decision=decision)
        if self.publicity_ended_on is None:
            raise PublicityNotEnded
        if decision is not Decision.PASSED:
            return decided
        return replace(decided, approval_no=approval_no, meeting_no=meeting_no)

    def allowed(self) -> list[Step]:
        """Return the steps that may be taken now; a desk's return and refusal are decisions of its step."""
        blocked = Step.APPROVE if self.publicity_ended_on is None else Step.END_PUBLICITY
        hidden = {Step.RETURN, Step.REFUSE, blocked}
        return [step for step in LIFECYCLE.allowed(self.status) if step not in hidden]


def require_single_duty(acted: Mapping[str, Duty], *, person: str, duty: Duty) -> None:
    """Refuse a person who has another duty in the claim, and for the applicant's duty any other person.

    Raises PersonActedBefore, ApplicantOnly.
    """
    before = acted.get(person)
    if before is not None and before is not duty:
        raise PersonActedBefore(duty=before.value)
    if duty is Duty.APPLY and before is None and Duty.APPLY in acted.values():
        raise ApplicantOnly


def require_within_limit(*, amount_fen: int, limit_fen: int, by_meeting: bool) -> None:
    """Refuse an approval above the role's limit that no government meeting decided."""
    if amount_fen > limit_fen and not by_meeting:
        raise BeyondApprovalLimit(amount=yuan_text(amount_fen), limit=yuan_text(limit_fen))
