"""The books as rows. A posting is one statement: quota, number, voucher and entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Date,
    Select,
    SmallInteger,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import TerritoryCode, local_date
from shared.storage import Query, Row, Work, everywhere, in_scope
from subsidy_ledger.books.domain import (
    Book,
    Line,
    Posting,
    PostingKind,
    Side,
    Voucher,
    VoucherNotFound,
    ledger_of,
    month_of,
)
from subsidy_ledger.tables import entries, ledger_months, month_totals, vouchers

__all__ = [
    "Source",
    "close_month",
    "is_closed",
    "line_of",
    "load_voucher",
    "open_months",
    "posting_statement",
    "posting_values",
    "read_lines",
    "signed",
    "voucher_of",
]

# More open months than these would be three years without a closing.
MOST_OPEN_MONTHS: Final = 36
_months = ledger_months.c
_rows = vouchers.c
_reversals = vouchers.alias("reversals")

_LOAD: Final = Query(
    select(vouchers, _reversals.c.id.label("reversed_by"))
    .outerjoin(_reversals, and_(_reversals.c.reverses == _rows.id, in_scope(_reversals.c.territory)))
    .where(_rows.id == bindparam("id"), in_scope(_rows.territory))
)
_LINES: Final = Query(
    select(entries)
    .where(entries.c.voucher_id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(entries.c.voucher_id, entries.c.line)
)
_OPEN_MONTHS: Final = Query(
    select(_months.month)
    .where(_months.ledger == bindparam("ledger"), _months.closed_at.is_(None), in_scope(_months.ledger))
    .order_by(_months.month)
    .limit(MOST_OPEN_MONTHS)
)
_IS_CLOSED: Final = everywhere(
    select(_months.closed_at).where(
        _months.ledger == bindparam("ledger"), _months.month == bindparam("month")
    ),
    reason="Whoever may move a claim is told when the ledger it is paid from is closed.",
)
_CLOSE: Final = Query(
    upsert(ledger_months)
    .values(
        ledger=bindparam("ledger"),
        month=bindparam("month"),
        last_number=0,
        closed_at=bindparam("closed_at"),
        closed_by=bindparam("closed_by"),
    )
    .on_conflict_do_update(
        index_elements=["ledger", "month"],
        set_={"closed_at": bindparam("closed_at"), "closed_by": bindparam("closed_by")},
        where=_months.closed_at.is_(None),
    )
)


def signed(side: Side) -> ColumnElement[int]:
    """Return the amount of an entry on a side of its account: nothing on the other, negative in red ink."""
    amount = case((_rows.red, -entries.c.amount_fen), else_=entries.c.amount_fen)
    return cast(func.coalesce(func.sum(amount).filter(entries.c.side == side.value), 0), BigInteger)


_KEEP_TOTALS: Final = Query(
    insert(month_totals).from_select(
        ["ledger", "month", "account", "debit_fen", "credit_fen"],
        select(_rows.ledger, _rows.month, entries.c.account, signed(Side.DEBIT), signed(Side.CREDIT))
        .join_from(vouchers, entries, entries.c.voucher_id == _rows.id)
        .where(
            _rows.ledger == bindparam("ledger"), _rows.month == bindparam("month"), in_scope(_rows.territory)
        )
        .group_by(_rows.ledger, _rows.month, entries.c.account),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a posting belongs to: the budget it draws on, the claim, the voucher it takes back."""

    territory: TerritoryCode
    budget_id: UUID
    budget_territory: TerritoryCode
    memo: str
    claim_id: UUID | None = None
    reverses: UUID | None = None


# The columns of a voucher that a posting gives; the number comes from the month.
_HEAD: Final = tuple(column for column in vouchers.columns if column.name != "number")


def posting_statement(quota: CTE) -> Select[int]:
    """Return the statement that posts one voucher and answers its number; no row when it was refused.

    The month's row gives the number and is locked until the commit: that is what "gapless" costs, so a
    posting is the last statement of its command. `quota` is a CTE that moves the budget and yields a row only
    when there is enough: otherwise nothing is posted.
    """
    numbered = _numbered(quota)
    booked = _booked(numbered)
    return select(booked.c.number).add_cte(_written(booked))


def _numbered(quota: CTE) -> CTE:
    first = select(
        bindparam("ledger", type_=Text), bindparam("month", type_=Date), cast(1, _months.last_number.type)
    ).select_from(quota)
    return (
        upsert(ledger_months)
        .from_select(["ledger", "month", "last_number"], first)
        .on_conflict_do_update(
            index_elements=["ledger", "month"],
            set_={"last_number": _months.last_number + 1},
            where=_months.closed_at.is_(None),
        )
        .returning(_months.last_number)
        .cte("numbered")
    )


def _booked(numbered: CTE) -> CTE:
    head = [bindparam(column.name, type_=column.type) for column in _HEAD]
    return (
        upsert(vouchers)
        .from_select([*(column.name for column in _HEAD), "number"], select(*head, numbered.c.last_number))
        .on_conflict_do_nothing(index_elements=["reverses"])
        .returning(_rows.id, _rows.number)
        .cte("booked")
    )


def _written(booked: CTE) -> CTE:
    arrays = [
        bindparam(name, type_=ARRAY(kind))
        for name, kind in (("books", Text), ("accounts", Text), ("sides", Text), ("amounts", BigInteger))
    ]
    given = (
        func.unnest(*arrays)
        .table_valued("book", "account", "side", "amount_fen", with_ordinality="line", name="given")
        .render_derived()
    )
    columns = ["voucher_id", "line", "book", "account", "side", "amount_fen"]
    rows = select(
        booked.c.id,
        cast(given.c.line, SmallInteger),
        *(given.c[name] for name in ("book", "account", "side", "amount_fen")),
    ).join_from(booked, given, onclause=booked.c.id.is_not(None))
    return insert(entries).from_select(columns, rows).cte("written")


def posting_values(work: Work, *, voucher_id: UUID, new: Posting, source: Source) -> dict[str, object]:
    """Return the values of the statement: posted today, by the acting person."""
    today = local_date(work.now)
    return {
        "id": voucher_id,
        "ledger": ledger_of(source.budget_territory),
        "month": month_of(today),
        "posted_on": today,
        "posted_at": work.now,
        "kind": new.kind.value,
        "memo": source.memo,
        "lines": len(new.lines),
        "red": new.red,
        "reverses": source.reverses,
        "budget_id": source.budget_id,
        "claim_id": source.claim_id,
        "territory": source.territory,
        "person": work.actor.person,
        "books": [line.book.value for line in new.lines],
        "accounts": [line.account for line in new.lines],
        "sides": [line.side.value for line in new.lines],
        "amounts": [line.amount_fen for line in new.lines],
    }


async def load_voucher(work: Work, *, voucher_id: UUID) -> Voucher:
    """Return a voucher with its lines; raise VoucherNotFound."""
    row = await work.load(_LOAD, missing=VoucherNotFound, id=voucher_id)
    return voucher_of(row, (await read_lines(work, [voucher_id]))[voucher_id])


async def read_lines(work: Work, ids: Sequence[UUID]) -> Mapping[UUID, tuple[Line, ...]]:
    """Return the lines of some vouchers, which the caller has found in their territory."""
    found: dict[UUID, tuple[Line, ...]] = dict.fromkeys(ids, ())
    for row in await work.fetch_all(_LINES, ids=list(ids)):
        found[row["voucher_id"]] += (line_of(row),)
    return found


async def open_months(work: Work, *, ledger: TerritoryCode) -> list[date]:
    """Return the months of a ledger that hold vouchers and are not closed, the earliest first."""
    return [row["month"] for row in await work.fetch_all(_OPEN_MONTHS, ledger=ledger)]


async def is_closed(work: Work, *, ledger: TerritoryCode, month: date) -> bool:
    """Say whether a month takes no more vouchers."""
    row = await work.fetch_one(_IS_CLOSED, ledger=ledger, month=month)
    return row is not None and row["closed_at"] is not None


async def close_month(work: Work, *, ledger: TerritoryCode, month: date) -> bool:
    """Close a month and keep the totals of its accounts; say whether it was open.

    Whoever is posting into the month holds its row: closing waits for them, and counts them.
    """
    closed = await work.execute(
        _CLOSE, ledger=ledger, month=month, closed_at=work.now, closed_by=work.actor.person
    )
    if closed:
        await work.execute(_KEEP_TOTALS, ledger=ledger, month=month)
    return bool(closed)


def line_of(row: Row) -> Line:
    """Read an entry."""
    return Line(
        book=Book(row["book"]), account=row["account"], side=Side(row["side"]), amount_fen=row["amount_fen"]
    )


def voucher_of(row: Row, lines: tuple[Line, ...]) -> Voucher:
    """Read a voucher."""
    return Voucher(
        posting=Posting(kind=PostingKind(row["kind"]), lines=lines, red=row["red"]),
        **{
            name: row[name]
            for name in (
                "id",
                "ledger",
                "month",
                "number",
                "territory",
                "budget_id",
                "claim_id",
                "reverses",
                "reversed_by",
            )
        },
    )
