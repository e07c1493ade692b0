"""What is done with the books themselves: a month is closed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from shared.kernel import TerritoryCode, local_date
from shared.storage import Work
from subsidy_ledger.books.domain import MonthClosed, require_closable
from subsidy_ledger.books.storage import close_month, open_months

__all__ = ["ClosedMonth", "close_books"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedMonth:
    """A month that takes no more vouchers."""

    ledger: TerritoryCode
    month: date


async def close_books(work: Work, *, ledger: TerritoryCode, month: date) -> ClosedMonth:
    """Close a month of a ledger (L-03): its totals are kept, and it receives nothing any more.

    Raises OutsideTerritory, MonthNotOver, MonthOutOfOrder, MonthClosed.
    """
    work.require_territory(ledger)
    last_day = month.replace(day=monthrange(month.year, month.month)[1])
    require_closable(
        month=month,
        last_day=last_day,
        today=local_date(work.now),
        open_months=await open_months(work, ledger=ledger),
    )
    if not await close_month(work, ledger=ledger, month=month):
        raise MonthClosed(ledger=ledger, month=f"{month:%Y-%m}")
    return ClosedMonth(ledger=ledger, month=month)
