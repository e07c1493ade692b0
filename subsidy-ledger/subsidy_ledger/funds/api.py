"""The routes of the maintenance fund."""

from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Query
from pydantic import Field, StrictInt

from shared.identity import Permission
from shared.web import (
    Body,
    Code,
    CurrentWork,
    Moment,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    View,
    needs,
    ordered,
)
from subsidy_ledger.funds.commands import (
    LineAnswer,
    PostedTransfer,
    open_account,
    post_batch,
    post_transfer,
    reverse_transfer,
)
from subsidy_ledger.funds.domain import FundKind, Transfer
from subsidy_ledger.funds.queries import (
    FUND_ACCOUNT_ORDERS,
    FUND_POSTING_ORDERS,
    FundAccountView,
    FundPostingView,
    list_fund_accounts,
    list_postings,
    show_fund_account,
)

__all__ = ["router"]

# 10 thousand million yuan: far above any fund, far below what a BIGINT holds.
MOST_FEN: Final = 10**15
MOST_LINES: Final = 5_000
AmountFen = Annotated[StrictInt, Field(gt=0, le=MOST_FEN)]
LedgerCode = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._:-]+$")]


class NewFundAccount(Body):
    """An account of a building's ledger: the bank's, the building's own, or a household's."""

    territory: Territory
    ledger: Code
    kind: FundKind
    code: Code


class NewTransfer(Body):
    """What is taken from one account and given to another, in fen."""

    from_account: UUID
    to_account: UUID
    amount_fen: AmountFen
    memo: ShortText

    def transfer(self) -> Transfer:
        """Return it in the words of the domain."""
        return Transfer(
            from_account=self.from_account,
            to_account=self.to_account,
            amount_fen=self.amount_fen,
            memo=self.memo,
        )


class NewBatch(Body):
    """Many transfers, judged one after the other."""

    lines: Annotated[list[NewTransfer], Field(min_length=1, max_length=MOST_LINES)]


class NewReversal(Body):
    """Why a posting is taken back."""

    memo: ShortText


class PostedView(View):
    """A posting and its number."""

    id: UUID
    posting_no: str


class LineView(View):
    """What became of a line: its posting, or the type of the refusal and its sentences."""

    id: UUID | None = None
    posting_no: str | None = None
    refused: str | None = None
    zh: str | None = None
    en: str | None = None

    @classmethod
    def of(cls, answer: LineAnswer) -> Self:
        """Show an answer."""
        if answer.posted is not None:
            return cls(id=answer.posted.id, posting_no=answer.posted.posting_no)
        refusal = answer.refusal
        assert refusal is not None  # noqa: S101 - an answer is one or the other; narrows the type
        return cls(refused=refusal.slug(), zh=refusal.sentence("zh"), en=refusal.sentence("en"))


class BatchView(View):
    """What became of each line of a batch, in its order."""

    posted: int
    refused: int
    lines: Annotated[list[LineView], Field(max_length=MOST_LINES)]


router = Router(
    prefix="/funds",
    tags=["funds"],
    about="维修资金账户、收支与冲正。/ Accounts of the maintenance fund, transfers and their reversal.",
)


@router.post("/accounts", operation_id="open_fund_account", summary="开立维修资金账户", status_code=201)
@needs(Permission.FUND_POST)
async def open_(body: NewFundAccount, work: CurrentWork) -> FundAccountView:
    """Open an account at zero."""
    account = await open_account(
        work, territory=body.territory, ledger=body.ledger, kind=body.kind, code=body.code
    )
    return await show_fund_account(work, account_id=account.id)


@router.get("/accounts", operation_id="list_fund_accounts", summary="列出维修资金账户")
@needs(Permission.FUND_READ)
async def accounts(
    paging: Annotated[PageRequest, ordered(FUND_ACCOUNT_ORDERS)],
    work: CurrentWork,
    *,
    ledger: LedgerCode | None = None,
    kind: FundKind | None = None,
    territory: Territory | None = None,
) -> Page[FundAccountView]:
    """List accounts with their balances."""
    return await list_fund_accounts(work, paging, ledger=ledger, kind=kind, territory=territory)


@router.get("/accounts/{account_id}", operation_id="show_fund_account", summary="查看维修资金账户")
@needs(Permission.FUND_READ)
async def account(account_id: UUID, work: CurrentWork) -> FundAccountView:
    """Show an account with its balance."""
    return await show_fund_account(work, account_id=account_id)


@router.get(
    "/accounts/{account_id}/postings", operation_id="list_fund_postings", summary="列出账户的资金明细"
)
@needs(Permission.FUND_READ)
async def postings(
    account_id: UUID,
    paging: Annotated[PageRequest, ordered(FUND_POSTING_ORDERS)],
    work: CurrentWork,
    *,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[FundPostingView]:
    """List what was taken from and given to an account."""
    return await list_postings(work, paging, account_id=account_id, since=since, until=until)


@router.post("/postings", operation_id="post_fund_transfer", summary="维修资金划转", status_code=201)
@needs(Permission.FUND_POST, one_statement=True)
async def post(body: NewTransfer, work: CurrentWork) -> PostedView:
    """Transfer between two accounts of a ledger; refused when the giver would fall below zero."""
    return _shown(await post_transfer(work, transfer=body.transfer()))


@router.post("/batches", operation_id="post_fund_batch", summary="批量维修资金划转")
@needs(Permission.FUND_POST)
async def batch(body: NewBatch, work: CurrentWork) -> BatchView:
    """Post many transfers at once. Each line is judged on what those before it left, and answered."""
    answers = await post_batch(work, transfers=[line.transfer() for line in body.lines])
    posted = sum(answer.posted is not None for answer in answers)
    return BatchView(
        posted=posted,
        refused=len(answers) - posted,
        lines=[LineView.of(answer) for answer in answers],
    )


@router.post(
    "/postings/{posting_id}/reversal",
    operation_id="reverse_fund_posting",
    summary="红字冲销资金记账",
    status_code=201,
)
@needs(Permission.FUND_POST)
async def reverse(posting_id: UUID, body: NewReversal, work: CurrentWork) -> PostedView:
    """Take a posting back in red ink, once."""
    return _shown(await reverse_transfer(work, posting_id=posting_id, memo=body.memo))


def _shown(posted: PostedTransfer) -> PostedView:
    return PostedView(id=posted.id, posting_no=posted.posting_no)
