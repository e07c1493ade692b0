"""Steps 7 and 8 of the chain (6.2), each with its voucher: approve and commit, accrue, pay."""

from uuid import UUID

from shared.contracts.subsidy_ledger import SubsidyCommitted, SubsidyDisbursed
from shared.identity import Role
from shared.kernel import local_date
from shared.rules import rule_book
from shared.storage import Work
from subsidy_ledger.books.domain import PostingKind, posting
from subsidy_ledger.books.storage import Source
from subsidy_ledger.budgets.commands import Posted, post_on_quota
from subsidy_ledger.budgets.domain import BudgetMissing
from subsidy_ledger.budgets.storage import reread_budget
from subsidy_ledger.claims.commands.measuring import require_grantable
from subsidy_ledger.claims.commands.turning import publish_review, take_step
from subsidy_ledger.claims.domain import Claim, Decision, Step, require_within_limit
from subsidy_ledger.claims.storage import load_case

__all__ = ["accrue_claim", "approve_claim", "pay_claim"]


async def approve_claim(
    work: Work,
    *,
    claim_id: UUID,
    decision: Decision,
    opinion: str,
    approval_no: str | None,
    meeting_no: str | None,
) -> Claim:
    """Approve a claim within the role's limit and bind its quota (Dr 9102 / Cr 9101); or send it back.

    Raises StepNotAllowed, PublicityNotEnded, PersonActedBefore, BeyondApprovalLimit, GradeExcluded,
    BudgetExhausted, MonthClosed.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.approved(decision=decision, approval_no=approval_no, meeting_no=meeting_no)
    if decision is Decision.PASSED:
        await _require_power(work, after)
        await require_grantable(work, after.form)
    claim = await take_step(work, case, after, step=Step.APPROVE, outcome=decision.value, opinion=opinion)
    passed = decision is Decision.PASSED
    publish_review(work, claim, step="approval", passed=passed, amount_fen=case.claim.payable_fen)
    if passed:
        posted = await _post(work, claim, kind=PostingKind.COMMITMENT)
        work.publish(_committed(claim, posted), about=claim)
    return claim


async def _require_power(work: Work, claim: Claim) -> None:
    book, role = await rule_book(work), work.actor.role
    limit_fen = book.fen(f"sl.approval_limit.{role}", territory=claim.territory, on=local_date(work.now))
    by_meeting = claim.meeting_no is not None and role == Role.DISTRICT_LEADER
    require_within_limit(amount_fen=claim.payable_fen, limit_fen=limit_fen, by_meeting=by_meeting)


async def accrue_claim(work: Work, *, claim_id: UUID) -> Claim:
    """Book the duty to pay (Dr 9103 / Cr 9102, Dr 5001 / Cr 2307).

    Raises StepNotAllowed, PersonActedBefore.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.after(Step.ACCRUE)
    claim = await take_step(work, case, after, step=Step.ACCRUE, outcome=after.status.value)
    await _post(work, claim, kind=PostingKind.ACCRUAL)
    return claim


async def pay_claim(work: Work, *, claim_id: UUID, receipt_no: str) -> Claim:
    """Book the payment (Dr 9104 / Cr 9103, Dr 2307 / Cr 4001, Dr 7101 / Cr 6001).

    Raises StepNotAllowed, PersonActedBefore.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.after(Step.PAY)
    claim = await take_step(work, case, after, step=Step.PAY, outcome=after.status.value, opinion=receipt_no)
    posted = await _post(work, claim, kind=PostingKind.PAYMENT)
    work.publish(_disbursed(claim, posted), about=claim)
    return claim


async def _post(work: Work, claim: Claim, *, kind: PostingKind) -> Posted:
    if claim.budget_id is None:
        year = local_date(work.now).year
        raise BudgetMissing(territory=claim.territory, programme=claim.form.programme, year=year)
    budget = await reread_budget(work, budget_id=claim.budget_id)
    source = Source(
        territory=claim.territory,
        budget_id=budget.id,
        budget_territory=budget.territory,
        memo=claim.claim_no,
        claim_id=claim.id,
    )
    return await post_on_quota(work, new=posting(kind, amount_fen=claim.payable_fen), source=source)


def _committed(claim: Claim, posted: Posted) -> SubsidyCommitted:
    return SubsidyCommitted(
        claim_id=claim.id,
        programme=claim.form.programme,
        estate_id=claim.form.estate_id,
        payee=claim.form.payee,
        amount_fen=claim.payable_fen,
        voucher_no=posted.voucher_no,
    )


def _disbursed(claim: Claim, posted: Posted) -> SubsidyDisbursed:
    return SubsidyDisbursed(
        claim_id=claim.id,
        programme=claim.form.programme,
        estate_id=claim.form.estate_id,
        payee=claim.form.payee,
        amount_fen=claim.payable_fen,
        coefficient_hundredths=claim.coefficient_hundredths or 0,
        voucher_no=posted.voucher_no,
    )
