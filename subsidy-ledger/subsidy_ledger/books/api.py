"""The routes of the books."""

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from shared.identity import Permission
from shared.web import (
    CalendarDay,
    CurrentWork,
    Month,
    Page,
    PageRequest,
    Router,
    View,
    needs,
    not_taking,
    ordered,
)
from subsidy_ledger.books.balances import TrialBalance, trial_balance
from subsidy_ledger.books.commands import close_books
from subsidy_ledger.books.domain import Book, PostingKind
from subsidy_ledger.books.queries import (
    ACCOUNT_ORDERS,
    JOURNAL_ORDERS,
    MONTH_ORDERS,
    AccountView,
    JournalView,
    MonthView,
    list_accounts,
    list_journals,
    list_months,
    show_journal,
)

__all__ = ["router"]

LEDGER_MAX = 6
LEDGER = r"^[0-9]{2}(?:[0-9]{2}){0,2}$"
Ledger = Annotated[str, Query(pattern=LEDGER, max_length=LEDGER_MAX)]


class BalanceView(View):
    """An account in a month, in fen; balances on its normal side."""

    account: str
    book: str
    name_zh: str
    name_en: str
    normal_side: str
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


class TrialBalanceView(View):
    """The trial balance of a ledger at the end of a month."""

    ledger: str
    month: date
    balanced: bool
    debit_fen: int
    credit_fen: int
    closing_debit_fen: int
    closing_credit_fen: int
    accounts: list[BalanceView]

    @classmethod
    def of(cls, found: TrialBalance) -> "TrialBalanceView":
        """Show a trial balance."""
        return cls(**asdict(found), balanced=found.balanced)


class ClosedMonthView(View):
    """A month that takes no more vouchers."""

    ledger: str
    month: date


router = Router(
    prefix="/books",
    tags=["books"],
    about="复式账簿：科目、凭证、试算平衡、结账、冲正。/ "
    "The double-entry books: accounts, vouchers, trial balance, closing, reversal.",
)


def first_day(month: str) -> date:
    """Return the first day of a month such as `2026-03`."""
    return date.fromisoformat(f"{month}-01")


@router.get("/accounts", operation_id="list_accounts", summary="列出会计科目")
@needs(Permission.LEDGER_READ)
async def accounts(
    paging: Annotated[PageRequest, ordered(ACCOUNT_ORDERS)], work: CurrentWork, book: Book | None = None
) -> Page[AccountView]:
    """List the accounts, of one of the parallel books or of all."""
    return await list_accounts(work, paging, book=book)


@router.get("/journals", operation_id="list_journals", summary="列出记账凭证")
@needs(Permission.LEDGER_READ)
async def journals(  # noqa: PLR0913 - one parameter for each filter
    paging: Annotated[PageRequest, ordered(JOURNAL_ORDERS)],
    work: CurrentWork,
    *,
    ledger: Ledger | None = None,
    month: Month | None = None,
    claim_id: UUID | None = None,
    budget_id: UUID | None = None,
    kind: PostingKind | None = None,
    since: CalendarDay | None = None,
    until: CalendarDay | None = None,
) -> Page[JournalView]:
    """List vouchers with their lines; `since` and `until` are about the day they were posted on."""
    return await list_journals(
        work,
        paging,
        ledger=ledger,
        month=None if month is None else first_day(month),
        claim_id=claim_id,
        budget_id=budget_id,
        kind=kind,
        since=since,
        until=until,
    )


@router.get("/journals/{voucher_id}", operation_id="show_journal", summary="查看一张记账凭证")
@needs(Permission.LEDGER_READ)
async def journal(voucher_id: UUID, work: CurrentWork) -> JournalView:
    """Show a voucher with its lines."""
    return await show_journal(work, voucher_id=voucher_id)


@router.get("/trial-balance", operation_id="show_trial_balance", summary="查看试算平衡表")
@needs(Permission.LEDGER_READ)
async def balance(work: CurrentWork, *, ledger: Ledger, month: Month) -> TrialBalanceView:
    """Show what every account of a ledger adds up to at the end of a month."""
    return TrialBalanceView.of(await trial_balance(work, ledger=ledger, month=first_day(month)))


@router.get("/ledgers/{ledger}/months", operation_id="list_ledger_months", summary="列出账套的会计月份")
@needs(Permission.LEDGER_READ)
async def months(
    ledger: Annotated[str, Path(pattern=LEDGER, max_length=LEDGER_MAX)],
    paging: Annotated[PageRequest, ordered(MONTH_ORDERS)],
    work: CurrentWork,
    since: CalendarDay | None = None,
    until: CalendarDay | None = None,
) -> Page[MonthView]:
    """List the months of a ledger."""
    return await list_months(work, paging, ledger=ledger, since=since, until=until)


@router.post(
    "/ledgers/{ledger}/months/{month}/closing",
    operation_id="close_ledger_month",
    summary="结账",
    # A month has no version: it is closed once.
    openapi_extra=not_taking("IfMatch"),
)
@needs(Permission.LEDGER_REVERSE)
async def close(
    ledger: Annotated[str, Path(pattern=LEDGER, max_length=LEDGER_MAX)],
    month: Month,
    work: CurrentWork,
) -> ClosedMonthView:
    """Close a month: it receives nothing any more."""
    return ClosedMonthView.model_validate(await close_books(work, ledger=ledger, month=first_day(month)))
