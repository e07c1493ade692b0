"""The books as lists and screens show them: accounts, journals, months, the trial balance."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.storage import Listing, Orders, Query, Row, Work, equal, in_scope, since, until
from shared.web import Page, PageRequest, View
from subsidy_ledger.books.domain import Line, VoucherNotFound, voucher_no
from subsidy_ledger.books.storage import read_lines
from subsidy_ledger.tables import accounts, ledger_months, vouchers

__all__ = [
    "ACCOUNT_ORDERS",
    "JOURNAL_ORDERS",
    "MONTH_ORDERS",
    "AccountView",
    "JournalView",
    "LineView",
    "MonthView",
    "list_accounts",
    "list_journals",
    "list_months",
    "show_journal",
]

_rows = vouchers.c
_months = ledger_months.c
_reversals = vouchers.alias("reversals")

_JOURNALS: Final = select(vouchers, _reversals.c.id.label("reversed_by")).outerjoin(
    _reversals, (_reversals.c.reverses == _rows.id) & in_scope(_reversals.c.territory)
)
_ONE: Final = Query(_JOURNALS.where(_rows.id == bindparam("id"), in_scope(_rows.territory)))
_LIST: Final = Listing(
    _JOURNALS.where(in_scope(_rows.territory)),
    orders=Orders("id", id=(_rows.id,), voucher_no=(_rows.ledger, _rows.month, _rows.number)),
    filters={
        "ledger": equal(_rows.ledger, "ledger"),
        "month": equal(_rows.month, "month"),
        "kind": equal(_rows.kind, "kind"),
        "claim_id": equal(_rows.claim_id, "claim_id"),
        "budget_id": equal(_rows.budget_id, "budget_id"),
        "since": since(_rows.posted_on),
        "until": until(_rows.posted_on),
    },
)
_ACCOUNTS: Final = Listing(
    select(accounts),
    orders=Orders("number", number=(accounts.c.number,)),
    filters={"book": equal(accounts.c.book, "book")},
)
_MONTHS: Final = Listing(
    select(ledger_months).where(_months.ledger == bindparam("of_ledger"), in_scope(_months.ledger)),
    orders=Orders("month", month=(_months.ledger, _months.month)),
    filters={"since": since(_months.month), "until": until(_months.month)},
)
JOURNAL_ORDERS: Final = _LIST.orders
ACCOUNT_ORDERS: Final = _ACCOUNTS.orders
MONTH_ORDERS: Final = _MONTHS.orders


class AccountView(View):
    """An account of one of the parallel books."""

    number: str
    book: str
    name_zh: str
    name_en: str
    normal_side: str
    source: str
    tag: str


class LineView(View):
    """An entry, in fen."""

    book: str
    account: str
    side: str
    amount_fen: int

    @classmethod
    def of(cls, line: Line) -> "LineView":
        """Show an entry."""
        return cls(
            book=line.book.value, account=line.account, side=line.side.value, amount_fen=line.amount_fen
        )


class JournalView(View):
    """A voucher with its lines. Red ink takes back the voucher it names."""

    id: UUID
    voucher_no: str
    ledger: str
    month: date
    number: int
    posted_on: date
    posted_at: datetime
    kind: str
    memo: str
    red: bool
    reverses: UUID | None
    reversed_by: UUID | None
    budget_id: UUID
    claim_id: UUID | None
    territory: str
    person: str
    entries: list[LineView]


class MonthView(View):
    """A month of a ledger: how many vouchers, and whether it is closed."""

    ledger: str
    month: date
    last_number: int
    closed_at: datetime | None
    closed_by: str | None


async def list_journals(work: Work, paging: PageRequest, **filters: object) -> Page[JournalView]:
    """Return a page of vouchers with their lines, in the order they were posted.

    Filters: ledger, month, kind, claim_id, budget_id, since, until (the day it was posted on).
    """
    rows = await paging.rows(work, _LIST, filters=filters)
    views = {view.id: view for view in await _views(work, rows)}
    return paging.page(rows, view=lambda row: views[row["id"]], filters=filters)


async def show_journal(work: Work, *, voucher_id: UUID) -> JournalView:
    """Return a voucher with its lines; raise VoucherNotFound."""
    row = await work.load(_ONE, missing=VoucherNotFound, id=voucher_id)
    return (await _views(work, [row]))[0]


async def _views(work: Work, rows: Sequence[Row]) -> list[JournalView]:
    lines = await read_lines(work, [row["id"] for row in rows])
    return [
        JournalView(
            voucher_no=voucher_no(ledger=row["ledger"], month=row["month"], number=row["number"]),
            entries=[LineView.of(line) for line in lines[row["id"]]],
            **{name: value for name, value in row.items() if name in JournalView.model_fields},
        )
        for row in rows
    ]


async def list_accounts(work: Work, paging: PageRequest, *, book: str | None) -> Page[AccountView]:
    """Return a page of accounts by their number."""
    return await paging.read(
        work, _ACCOUNTS, view=lambda row: AccountView.model_validate(dict(row)), filters={"book": book}
    )


async def list_months(work: Work, paging: PageRequest, *, ledger: str, **filters: object) -> Page[MonthView]:
    """Return a page of the months of a ledger, the earliest first. Filters: since, until."""
    return await paging.read(
        work,
        _MONTHS,
        view=lambda row: MonthView.model_validate(dict(row)),
        filters=filters,
        of_ledger=ledger,
    )
