"""What a reader is shown of a claim. The account of the payee ends in its last four digits."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Self
from uuid import UUID

from shared.identity import Permission, actor_may
from shared.kernel import Actor
from shared.storage import Row
from shared.web import View
from subsidy_ledger.claims.domain import DUTY_OF, Claim, Duty, Step, require_single_duty
from subsidy_ledger.claims.domain.refusals import ApplicantOnly, PersonActedBefore

__all__ = ["AssessmentView", "ClaimDetail", "ClaimView", "PartView", "StepView", "VoucherOfClaim"]

_PERMISSION_OF: Final[Mapping[Step, Permission]] = {
    Step.CORRECT: Permission.CLAIM_APPLY,
    Step.SUBMIT: Permission.CLAIM_APPLY,
    Step.WITHDRAW: Permission.CLAIM_APPLY,
    Step.CHECK: Permission.CLAIM_CHECK,
    Step.FIRST_REVIEW: Permission.CLAIM_FIRST_REVIEW,
    Step.SECOND_REVIEW: Permission.CLAIM_SECOND_REVIEW,
    Step.MONEY_REVIEW: Permission.CLAIM_MONEY_REVIEW,
    Step.START_PUBLICITY: Permission.CLAIM_PUBLICISE,
    Step.END_PUBLICITY: Permission.CLAIM_PUBLICISE,
    Step.APPROVE: Permission.CLAIM_APPROVE,
    Step.ACCRUE: Permission.CLAIM_PAY,
    Step.PAY: Permission.CLAIM_PAY,
    Step.REVERSE: Permission.LEDGER_REVERSE,
}


def _may_take(step: Step, *, actor: Actor, acted: Mapping[str, Duty]) -> bool:
    try:
        require_single_duty(acted, person=actor.person, duty=DUTY_OF[step])
    except (PersonActedBefore, ApplicantOnly):
        return False
    return actor_may(actor, _PERMISSION_OF[step])


class ClaimView(View):
    """A claim. Amounts in fen; the period is whole months, both included."""

    id: UUID
    claim_no: str
    programme: str
    purpose: str
    estate_id: UUID
    territory: str
    payee: str
    first_month: str
    last_month: str
    common_income_fen: int
    account_holder: str
    bank_account: str
    status: str
    estimated_fen: int | None
    amount_fen: int | None
    coefficient_hundredths: int | None
    budget_id: UUID | None
    control_no: str | None
    approval_no: str | None
    meeting_no: str | None
    publicity_over_on: date | None
    publicity_ended_on: date | None
    due_on: date | None
    due_provisional: bool
    version: int
    allowed_actions: list[str]

    @classmethod
    def of(cls, claim: Claim, *, actor: Actor, acted: Mapping[str, Duty]) -> Self:
        """Show a claim to somebody, with what they may do next."""
        return cls.model_validate(_shown(claim, actor=actor, acted=acted))


def _shown(claim: Claim, *, actor: Actor, acted: Mapping[str, Duty]) -> dict[str, object]:
    form = claim.form
    plain = (
        "id", "claim_no", "territory", "estimated_fen", "amount_fen", "coefficient_hundredths", "budget_id",
        "control_no", "approval_no", "meeting_no", "publicity_over_on", "publicity_ended_on", "version",
    )  # fmt: skip
    stated = ("programme", "purpose", "estate_id", "payee", "common_income_fen", "account_holder")
    return {
        **{name: getattr(claim, name) for name in plain},
        **{name: getattr(form, name) for name in stated},
        "first_month": f"{form.period.start:%Y-%m}",
        "last_month": f"{form.last_day:%Y-%m}",
        "bank_account": form.account_shown,
        "status": claim.status.value,
        "due_on": claim.due.day if claim.due else None,
        "due_provisional": bool(claim.due and claim.due.provisional),
        "allowed_actions": [
            step.value for step in claim.allowed() if _may_take(step, actor=actor, acted=acted)
        ],
    }


class StepView(View):
    """Who did what in a claim, and when."""

    number: int
    duty: str
    outcome: str
    person: str
    role: str
    unit: str | None
    on_behalf_of: str | None
    opinion: str
    amount_fen: int | None
    at: datetime


class PartView(View):
    """The months of one year of service at their rate, in fen per m² and month."""

    year_of_service: int
    months: int
    rate_fen: int
    gross_fen: int


class AssessmentView(View):
    """What the second review measured, each value with where it comes from."""

    assessed_at: datetime
    estate_name: str
    area_m2x100: int
    households: int
    profile_version: int
    grade: str
    rated: bool
    score_tenths: int
    scheme: str
    grade_effective_on: date
    grade_event_id: UUID
    coefficient_hundredths: int
    coefficient_source: str
    service_start: date
    contract_no: str | None
    parts: list[PartView]
    gross_fen: int
    common_income_fen: int
    amount_fen: int


class VoucherOfClaim(View):
    """A voucher that was posted for the claim."""

    id: UUID
    voucher_no: str
    kind: str
    red: bool
    posted_on: date


class ClaimDetail(ClaimView):
    """A claim with its chain, its newest measurement and its vouchers."""

    steps: list[StepView]
    assessment: AssessmentView | None
    vouchers: list[VoucherOfClaim]

    @classmethod
    def whole(
        cls, view: ClaimView, *, steps: list[StepView], assessment: Row | None, vouchers: list[VoucherOfClaim]
    ) -> Self:
        """Put the parts together."""
        measured = None if assessment is None else AssessmentView.model_validate(dict(assessment))
        return cls(**view.model_dump(), steps=steps, assessment=measured, vouchers=vouchers)
