"""Facts published by subsidy-ledger (domain, section 10, events 56-64)."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

__all__ = [
    "BudgetThresholdReached",
    "ReversedKind",
    "ReviewStep",
    "SubsidyApplied",
    "SubsidyCommitted",
    "SubsidyDisbursed",
    "SubsidyPostingReversed",
    "SubsidyReviewed",
]

ReviewStep = Literal["check", "first_review", "second_review", "money_review", "publicity", "approval"]
ReversedKind = Literal["committed", "accrued", "disbursed"]


class SubsidyApplied(Event):
    """A claim came in. Amounts in fen."""

    name: ClassVar[str] = "nz.subsidy-ledger.SubsidyApplied.v1"

    claim_id: UUID
    claim_no: str
    programme: str
    estate_id: UUID
    payee: str
    amount_fen: int


class SubsidyReviewed(Event):
    """A step of the review chain was decided."""

    name: ClassVar[str] = "nz.subsidy-ledger.SubsidyReviewed.v1"

    claim_id: UUID
    programme: str
    estate_id: UUID
    payee: str
    step: ReviewStep
    passed: bool
    amount_fen: int


class SubsidyCommitted(Event):
    """Quota was bound for an approved claim."""

    name: ClassVar[str] = "nz.subsidy-ledger.SubsidyCommitted.v1"

    claim_id: UUID
    programme: str
    estate_id: UUID
    payee: str
    amount_fen: int
    voucher_no: str


class SubsidyDisbursed(Event):
    """A claim was paid. `coefficient_hundredths` is the grade coefficient used: 100 is 1.00."""

    name: ClassVar[str] = "nz.subsidy-ledger.SubsidyDisbursed.v1"

    claim_id: UUID
    programme: str
    estate_id: UUID
    payee: str
    amount_fen: int
    coefficient_hundredths: int
    voucher_no: str


class SubsidyPostingReversed(Event):
    """A voucher of a claim was taken back in red ink. `amount_fen` is what it had posted, above zero."""

    name: ClassVar[str] = "nz.subsidy-ledger.SubsidyPostingReversed.v1"

    claim_id: UUID
    programme: str
    estate_id: UUID
    payee: str
    kind: ReversedKind
    amount_fen: int
    voucher_no: str
    reversed_voucher_no: str


class BudgetThresholdReached(Event):
    """A programme's budget is used up to 80, 95 or 100 per cent."""

    name: ClassVar[str] = "nz.subsidy-ledger.BudgetThresholdReached.v1"

    budget_id: UUID
    programme: str
    year: int
    used_percent: Literal[80, 95, 100]
    approved_fen: int
    used_fen: int
