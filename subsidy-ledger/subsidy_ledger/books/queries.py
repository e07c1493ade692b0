"""The books as lists and screens show them: accounts, journals, months, the trial balance."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.storage import Query, Row, Work, in_scope
from shared.web import Page, PageRequest, View
from subsidy_ledger.books.domain import Line, VoucherNotFound, voucher_no
from subsidy_ledger.books.storage import read_lines
from subsidy_ledger.tables import accounts, ledger_months, vouchers

__all__ = [
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
_FIRST: Final = UUID(int=0)
_FIRST_MONTH: Final = date.min
FILTERS: Final = ("ledger", "month", "claim_id", "budget_id")

_JOURNALS: Final = select(vouchers, _reversals.c.id.label("reversed_by")).outerjoin(
    _reversals, (_reversals.c.reverses == _rows.id) & in_scope(_reversals.c.territory)
)
_ONE: Final = Query(_JOURNALS.where(_rows.id == bindparam("id"), in_scope(_rows.territory)))
_ACCOUNTS: Final = Query(
    select(accounts)
    .where(accounts.c.number > bindparam("after"))
    .order_by(accounts.c.number)
    .limit(bindparam("limit"))
)
_MONTHS: Final = Query(
    select(ledger_months)
    .where(
        _months.ledger == bindparam("ledger"), _months.month > bindparam("after"), in_scope(_months.ledger)
    )
    .order_by(_months.month)
    .limit(bindparam("limit"))
)


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


@cache
def _list_query(filters: tuple[str, ...]) -> Query:
    chosen = [_rows[name] == bindparam(name) for name in filters]
    return Query(
        _JOURNALS.where(_rows.id > bindparam("after"), in_scope(_rows.territory), *chosen)
        .order_by(_rows.id)
        .limit(bindparam("limit"))
    )


async def list_journals(work: Work, paging: PageRequest, **wanted: object) -> Page[JournalView]:
    """Return a page of vouchers with their lines, in the order they were posted."""
    filters = {name: wanted[name] for name in FILTERS if wanted.get(name) is not None}
    after = paging.after(**filters)
    rows = await work.fetch_all(
        _list_query(tuple(filters)),
        after=UUID(after[0]) if after else _FIRST,
        limit=paging.limit + 1,
        **filters,
    )
    views = await _views(work, rows)
    return paging.page(views, view=lambda view: view, order=lambda view: [view.id], filters=filters)


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


async def list_accounts(work: Work, paging: PageRequest) -> Page[AccountView]:
    """Return a page of accounts by their number."""
    after = paging.after()
    rows = await work.fetch_all(_ACCOUNTS, after=after[0] if after else "", limit=paging.limit + 1)
    return paging.page(
        rows, view=lambda row: AccountView.model_validate(dict(row)), order=lambda row: [row["number"]]
    )


async def list_months(work: Work, paging: PageRequest, *, ledger: str) -> Page[MonthView]:
    """Return a page of the months of a ledger, the earliest first."""
    after = paging.after(ledger=ledger)
    rows = await work.fetch_all(
        _MONTHS,
        ledger=ledger,
        after=date.fromisoformat(after[0]) if after else _FIRST_MONTH,
        limit=paging.limit + 1,
    )
    return paging.page(
        rows,
        view=lambda row: MonthView.model_validate(dict(row)),
        order=lambda row: [row["month"]],
        filters={"ledger": ledger},
    )
