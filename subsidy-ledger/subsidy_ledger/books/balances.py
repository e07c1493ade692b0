"""What the accounts add up to: kept totals for closed months, sums of entries for the open ones.

No posting touches a balance: an account without a floor is summed when somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import BigInteger, bindparam, case, cast, func, select, union_all

from shared.kernel import TerritoryCode
from shared.storage import Query, Row, Work, in_scope
from subsidy_ledger.books.domain import Side
from subsidy_ledger.books.storage import signed
from subsidy_ledger.tables import LONGEST_LIST, accounts, entries, ledger_months, month_totals, vouchers

__all__ = ["AccountBalance", "TrialBalance", "trial_balance"]

_kept: Final = select(
    month_totals.c.account, month_totals.c.month, month_totals.c.debit_fen, month_totals.c.credit_fen
).where(
    month_totals.c.ledger == bindparam("ledger"),
    month_totals.c.month <= bindparam("month"),
    in_scope(month_totals.c.ledger),
)
_summed: Final = (
    select(
        entries.c.account,
        vouchers.c.month,
        signed(Side.DEBIT).label("debit_fen"),
        signed(Side.CREDIT).label("credit_fen"),
    )
    .join_from(vouchers, entries, entries.c.voucher_id == vouchers.c.id)
    .join(
        ledger_months,
        (ledger_months.c.ledger == vouchers.c.ledger) & (ledger_months.c.month == vouchers.c.month),
    )
    .where(
        vouchers.c.ledger == bindparam("ledger"),
        vouchers.c.month <= bindparam("month"),
        ledger_months.c.closed_at.is_(None),
        in_scope(vouchers.c.territory),
        in_scope(ledger_months.c.ledger),
    )
    .group_by(entries.c.account, vouchers.c.month)
)
_moved: Final = union_all(_kept, _summed).subquery("moved")


def _sum(column: str, *, before: bool) -> object:
    chosen = _moved.c.month < bindparam("month") if before else _moved.c.month == bindparam("month")
    total = func.sum(case((chosen, _moved.c[column]), else_=0))
    return cast(total, BigInteger).label(f"{'before' if before else 'within'}_{column}")


_TRIAL: Final = Query(
    select(
        accounts.c.number,
        accounts.c.book,
        accounts.c.name_zh,
        accounts.c.name_en,
        accounts.c.normal_side,
        *(_sum(column, before=before) for before in (True, False) for column in ("debit_fen", "credit_fen")),
    )
    .join_from(accounts, _moved, _moved.c.account == accounts.c.number)
    .group_by(accounts.c.number)
    .order_by(accounts.c.number)
    .limit(LONGEST_LIST)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountBalance:
    """An account in a month, in fen; balances are on its normal side, red ink counts negatively."""

    account: str
    book: str
    name_zh: str
    name_en: str
    normal_side: str
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialBalance:
    """Every account that was ever posted to, up to a month."""

    ledger: TerritoryCode
    month: date
    accounts: Sequence[AccountBalance]
    debit_fen: int
    credit_fen: int
    closing_debit_fen: int
    closing_credit_fen: int

    @property
    def balanced(self) -> bool:
        """Say whether turnover and closing balances agree on both sides."""
        return self.debit_fen == self.credit_fen and self.closing_debit_fen == self.closing_credit_fen


async def trial_balance(work: Work, *, ledger: TerritoryCode, month: date) -> TrialBalance:
    """Return the trial balance of a ledger at the end of a month; raise OutsideTerritory."""
    work.require_territory(ledger)
    rows = [_balance_of(row) for row in await work.fetch_all(_TRIAL, ledger=ledger, month=month)]
    closing = {side: sum(row.closing_fen for row in rows if row.normal_side == side) for side in Side}
    return TrialBalance(
        ledger=ledger,
        month=month,
        accounts=rows,
        debit_fen=sum(row.debit_fen for row in rows),
        credit_fen=sum(row.credit_fen for row in rows),
        closing_debit_fen=closing[Side.DEBIT],
        closing_credit_fen=closing[Side.CREDIT],
    )


def _balance_of(row: Row) -> AccountBalance:
    sign = 1 if row["normal_side"] == Side.DEBIT else -1
    opening_fen = sign * (row["before_debit_fen"] - row["before_credit_fen"])
    moved_fen = sign * (row["within_debit_fen"] - row["within_credit_fen"])
    return AccountBalance(
        account=row["number"],
        opening_fen=opening_fen,
        debit_fen=row["within_debit_fen"],
        credit_fen=row["within_credit_fen"],
        closing_fen=opening_fen + moved_fen,
        **{name: row[name] for name in ("book", "name_zh", "name_en", "normal_side")},
    )
