"""What was applied for, bound and paid, in fen."""

from uuid import UUID

from shared.contracts.subsidy_ledger import ReviewStep
from shared.web import View

__all__ = ["BudgetView", "ClaimView", "SubsidiesView"]


class ClaimView(View):
    """A subsidy claim: what was applied for, the last step of its review, what was bound and paid."""

    id: UUID
    claim_no: str | None
    programme: str
    payee: str
    applied_fen: int | None
    step: ReviewStep | None
    passed: bool | None
    committed_fen: int
    disbursed_fen: int


class BudgetView(View):
    """How far the budget of a programme of these claims is used up."""

    programme: str
    year: int
    used_percent: int
    approved_fen: int
    used_fen: int


class SubsidiesView(View):
    """Sums over all claims of the estate, the latest claims, and the budgets they draw on."""

    applied_fen: int
    committed_fen: int
    disbursed_fen: int
    claims: list[ClaimView]
    budgets: list[BudgetView]
