"""The routes of claims: one for each step of the chain."""

from typing import Annotated
from uuid import UUID

from shared.identity import Permission
from shared.storage import Work
from shared.web import Code, CurrentWork, Moment, Page, PageRequest, Router, Territory, Uscc, needs, ordered
from subsidy_ledger.claims import commands
from subsidy_ledger.claims.api.bodies import (
    Approval,
    MoneyReview,
    NewClaim,
    Payment,
    Review,
    StatedBody,
    Withdrawal,
)
from subsidy_ledger.claims.domain import DUTY_OF, Claim, Status, Step
from subsidy_ledger.claims.queries import CLAIM_ORDERS, list_claims, show_claim
from subsidy_ledger.claims.views import ClaimDetail, ClaimView

__all__ = ["router"]

router = Router(
    prefix="/claims",
    tags=["claims"],
    about="补助申报：申请、核实、各级审核、公示、审批、支付。/ "
    "Subsidy claims: applied for, checked, reviewed, publicised, approved, paid.",
)


def _answer(claim: Claim, *, work: Work, step: Step) -> ClaimView:
    """Show a claim to the person who has just acted in it."""
    return ClaimView.of(claim, actor=work.actor, acted={work.actor.person: DUTY_OF[step]})


@router.post("", operation_id="open_claim", summary="新建补助申请", status_code=201)
@needs(Permission.CLAIM_APPLY)
async def open_(body: NewClaim, work: CurrentWork) -> ClaimView:
    """Open a draft of a claim."""
    claim = await commands.open_claim(
        work,
        programme=body.programme,
        estate_id=body.estate_id,
        payee=body.payee,
        stated=body.stated(),
    )
    return _answer(claim, work=work, step=Step.CORRECT)


@router.get("", operation_id="list_claims", summary="列出补助申请")
@needs(Permission.CLAIM_READ)
async def list_(  # noqa: PLR0913 - one parameter for each filter
    paging: Annotated[PageRequest, ordered(CLAIM_ORDERS)],
    work: CurrentWork,
    *,
    status: Status | None = None,
    estate_id: UUID | None = None,
    payee: Uscc | None = None,
    programme: Code | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[ClaimView]:
    """List claims in the order they were opened; `since` and `until` are about that."""
    return await list_claims(
        work,
        paging,
        status=status,
        estate_id=estate_id,
        payee=payee,
        programme=programme,
        territory=territory,
        since=since,
        until=until,
    )


@router.get("/{claim_id}", operation_id="show_claim", summary="查看一件补助申请")
@needs(Permission.CLAIM_READ)
async def one(claim_id: UUID, work: CurrentWork) -> ClaimDetail:
    """Show a claim with its chain, what was measured, and its vouchers."""
    return await show_claim(work, claim_id=claim_id)


@router.put("/{claim_id}/form", operation_id="correct_claim", summary="修改补助申请")
@needs(Permission.CLAIM_APPLY)
async def correct(claim_id: UUID, body: StatedBody, work: CurrentWork) -> ClaimView:
    """Correct a draft, or a claim that was returned."""
    claim = await commands.correct_claim(work, claim_id=claim_id, stated=body.stated())
    return _answer(claim, work=work, step=Step.CORRECT)


@router.post("/{claim_id}/submission", operation_id="submit_claim", summary="提交补助申请")
@needs(Permission.CLAIM_APPLY)
async def submit(claim_id: UUID, work: CurrentWork) -> ClaimView:
    """Submit a claim."""
    return _answer(await commands.submit_claim(work, claim_id=claim_id), work=work, step=Step.SUBMIT)


@router.post("/{claim_id}/withdrawal", operation_id="withdraw_claim", summary="撤回补助申请")
@needs(Permission.CLAIM_APPLY)
async def withdraw(claim_id: UUID, body: Withdrawal, work: CurrentWork) -> ClaimView:
    """Take a claim back."""
    claim = await commands.withdraw_claim(work, claim_id=claim_id, reason=body.reason)
    return _answer(claim, work=work, step=Step.WITHDRAW)


@router.post("/{claim_id}/check", operation_id="check_claim", summary="现场核查补助申请")
@needs(Permission.CLAIM_CHECK)
async def check(claim_id: UUID, body: Review, work: CurrentWork) -> ClaimView:
    """Check the fact on site (step 2)."""
    claim = await commands.review_claim(
        work, claim_id=claim_id, step=Step.CHECK, decision=body.decision, opinion=body.opinion
    )
    return _answer(claim, work=work, step=Step.CHECK)


@router.post("/{claim_id}/first-review", operation_id="review_claim_first", summary="镇街初审")
@needs(Permission.CLAIM_FIRST_REVIEW)
async def first_review(claim_id: UUID, body: Review, work: CurrentWork) -> ClaimView:
    """Review for the town (step 3)."""
    claim = await commands.review_claim(
        work, claim_id=claim_id, step=Step.FIRST_REVIEW, decision=body.decision, opinion=body.opinion
    )
    return _answer(claim, work=work, step=Step.FIRST_REVIEW)


@router.post("/{claim_id}/second-review", operation_id="review_claim_second", summary="主管部门复审")
@needs(Permission.CLAIM_SECOND_REVIEW)
async def second_review(claim_id: UUID, body: Review, work: CurrentWork) -> ClaimView:
    """Review standard and credit grade, and fix the amount (step 4)."""
    claim = await commands.review_standard(
        work, claim_id=claim_id, decision=body.decision, opinion=body.opinion
    )
    return _answer(claim, work=work, step=Step.SECOND_REVIEW)


@router.post("/{claim_id}/money-review", operation_id="review_claim_money", summary="财政审核")
@needs(Permission.CLAIM_MONEY_REVIEW)
async def money_review(claim_id: UUID, body: MoneyReview, work: CurrentWork) -> ClaimView:
    """Find the budget, and see that it suffices (step 5)."""
    claim = await commands.review_money(
        work,
        claim_id=claim_id,
        decision=body.decision,
        opinion=body.opinion,
        control_no=body.control_no,
    )
    return _answer(claim, work=work, step=Step.MONEY_REVIEW)


@router.post("/{claim_id}/publicity", operation_id="start_publicity", summary="开始公示")
@needs(Permission.CLAIM_PUBLICISE)
async def start_publicity(claim_id: UUID, work: CurrentWork) -> ClaimView:
    """Put the claim on display (step 6)."""
    claim = await commands.start_publicity(work, claim_id=claim_id)
    return _answer(claim, work=work, step=Step.START_PUBLICITY)


@router.post("/{claim_id}/publicity/end", operation_id="end_publicity", summary="结束公示")
@needs(Permission.CLAIM_PUBLICISE)
async def end_publicity(claim_id: UUID, body: Review, work: CurrentWork) -> ClaimView:
    """End the publicity when its days are over; an upheld objection returns or refuses the claim."""
    claim = await commands.end_publicity(
        work, claim_id=claim_id, decision=body.decision, opinion=body.opinion
    )
    return _answer(claim, work=work, step=Step.END_PUBLICITY)


@router.post("/{claim_id}/approval", operation_id="approve_claim", summary="批准补助")
@needs(Permission.CLAIM_APPROVE)
async def approve(claim_id: UUID, body: Approval, work: CurrentWork) -> ClaimView:
    """Approve within the role's limit, and bind the quota (step 7)."""
    claim = await commands.approve_claim(
        work,
        claim_id=claim_id,
        decision=body.decision,
        opinion=body.opinion,
        approval_no=body.approval_no,
        meeting_no=body.meeting_no,
    )
    return _answer(claim, work=work, step=Step.APPROVE)


@router.post("/{claim_id}/accrual", operation_id="accrue_claim", summary="确认应付补助")
@needs(Permission.CLAIM_PAY)
async def accrue(claim_id: UUID, work: CurrentWork) -> ClaimView:
    """Book the duty to pay."""
    return _answer(await commands.accrue_claim(work, claim_id=claim_id), work=work, step=Step.ACCRUE)


@router.post("/{claim_id}/payment", operation_id="pay_claim", summary="支付补助")
@needs(Permission.CLAIM_PAY)
async def pay(claim_id: UUID, body: Payment, work: CurrentWork) -> ClaimView:
    """Book the payment (step 8)."""
    claim = await commands.pay_claim(work, claim_id=claim_id, receipt_no=body.receipt_no)
    return _answer(claim, work=work, step=Step.PAY)
