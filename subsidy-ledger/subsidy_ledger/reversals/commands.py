"""Take back what was posted: a voucher in red ink that names the original, once (L-03)."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from shared.contracts.subsidy_ledger import ReversedKind, SubsidyPostingReversed
from shared.storage import Work
from subsidy_ledger.books.domain import PostingKind, Voucher
from subsidy_ledger.books.storage import Source, load_voucher
from subsidy_ledger.budgets.commands import Posted, post_on_quota
from subsidy_ledger.budgets.storage import reread_budget
from subsidy_ledger.claims.commands.turning import take_step
from subsidy_ledger.claims.domain import Claim, Step
from subsidy_ledger.claims.storage import load_case
from subsidy_ledger.reversals.domain import require_last_of_claim

__all__ = ["reverse_voucher"]

# What a claim's voucher is called in the facts.
_TOLD: Final[Mapping[PostingKind, ReversedKind]] = {
    PostingKind.COMMITMENT: "committed",
    PostingKind.ACCRUAL: "accrued",
    PostingKind.PAYMENT: "disbursed",
}


async def reverse_voucher(work: Work, *, voucher_id: UUID, reason: str) -> Posted:
    """Take a voucher back in red ink; quota and claim go back with it.

    Raises VoucherNotFound, RedInkStands, ReversedAlready, ReversalOutOfOrder, PersonActedBefore,
    BudgetExhausted (a budget that is in use), MonthClosed.
    """
    voucher = await load_voucher(work, voucher_id=voucher_id)
    red = voucher.reversal()
    budget = await reread_budget(work, budget_id=voucher.budget_id)
    claim = None
    if voucher.claim_id is not None:
        claim = await _take_claim_back(work, voucher, claim_id=voucher.claim_id, reason=reason)
    source = Source(
        territory=voucher.territory,
        budget_id=budget.id,
        budget_territory=budget.territory,
        memo=voucher.voucher_no,
        claim_id=voucher.claim_id,
        reverses=voucher.id,
    )
    posted = await post_on_quota(work, new=red, source=source)
    if claim is not None:
        work.publish(_reversed(claim, voucher, posted), about=claim)
    return posted


async def _take_claim_back(work: Work, voucher: Voucher, *, claim_id: UUID, reason: str) -> Claim:
    case = await load_case(work, claim_id=claim_id)
    require_last_of_claim(voucher, status=case.claim.status)
    after = case.claim.after(Step.REVERSE)
    outcome = voucher.posting.kind.value
    return await take_step(work, case, after, step=Step.REVERSE, outcome=outcome, opinion=reason)


def _reversed(claim: Claim, voucher: Voucher, posted: Posted) -> SubsidyPostingReversed:
    return SubsidyPostingReversed(
        claim_id=claim.id,
        programme=claim.form.programme,
        estate_id=claim.form.estate_id,
        payee=claim.form.payee,
        kind=_TOLD[voucher.posting.kind],
        amount_fen=voucher.amount_fen,
        voucher_no=posted.voucher_no,
        reversed_voucher_no=voucher.voucher_no,
    )
