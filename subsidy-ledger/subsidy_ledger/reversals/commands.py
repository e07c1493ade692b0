"""Take back what was posted: a voucher in red ink that names the original, once (L-03)."""

from uuid import UUID

from shared.storage import Work
from subsidy_ledger.books.domain import Voucher
from subsidy_ledger.books.storage import Source, load_voucher
from subsidy_ledger.budgets.commands import Posted, post_on_quota
from subsidy_ledger.budgets.storage import reread_budget
from subsidy_ledger.claims.commands.turning import take_step
from subsidy_ledger.claims.domain import Step
from subsidy_ledger.claims.storage import load_case
from subsidy_ledger.reversals.domain import require_last_of_claim

__all__ = ["reverse_voucher"]


async def reverse_voucher(work: Work, *, voucher_id: UUID, reason: str) -> Posted:
    """Take a voucher back in red ink; quota and claim go back with it.

    Raises VoucherNotFound, RedInkStands, ReversedAlready, ReversalOutOfOrder, PersonActedBefore,
    BudgetExhausted (a budget that is in use), MonthClosed.
    """
    voucher = await load_voucher(work, voucher_id=voucher_id)
    red = voucher.reversal()
    budget = await reread_budget(work, budget_id=voucher.budget_id)
    if voucher.claim_id is not None:
        await _take_claim_back(work, voucher, claim_id=voucher.claim_id, reason=reason)
    source = Source(
        territory=voucher.territory,
        budget_id=budget.id,
        budget_territory=budget.territory,
        memo=voucher.voucher_no,
        claim_id=voucher.claim_id,
        reverses=voucher.id,
    )
    return await post_on_quota(work, new=red, source=source)


async def _take_claim_back(work: Work, voucher: Voucher, *, claim_id: UUID, reason: str) -> None:
    case = await load_case(work, claim_id=claim_id)
    require_last_of_claim(voucher, status=case.claim.status)
    after = case.claim.after(Step.REVERSE)
    await take_step(work, case, after, step=Step.REVERSE, outcome=voucher.posting.kind.value, opinion=reason)
