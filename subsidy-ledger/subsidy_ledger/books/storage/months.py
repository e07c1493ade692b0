"""The months of a ledger: which are open, and the totals that are kept when one is closed."""

from datetime import date
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, cast, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import TerritoryCode
from shared.storage import Query, Work, everywhere, in_scope
from subsidy_ledger.books.domain import Side
from subsidy_ledger.tables import entries, ledger_months, month_totals, vouchers

__all__ = ["close_month", "is_closed", "open_months", "signed"]

# More open months than these would be three years without a closing.
MOST_OPEN_MONTHS: Final = 36
_months = ledger_months.c
_rows = vouchers.c
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
        where=and_(_months.closed_at.is_(None), in_scope(_months.ledger)),
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
