"""A posting is one statement: quota, number, voucher and entries."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    Date,
    Select,
    SmallInteger,
    Text,
    bindparam,
    cast,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import TerritoryCode, local_date
from shared.storage import Work
from subsidy_ledger.books.domain import Posting, ledger_of, month_of
from subsidy_ledger.tables import entries, ledger_months, vouchers

__all__ = ["Source", "posting_statement", "posting_values"]

_months = ledger_months.c
_rows = vouchers.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a posting belongs to: the budget it draws on, the claim, the voucher it takes back."""

    territory: TerritoryCode
    budget_id: UUID
    budget_territory: TerritoryCode
    memo: str
    claim_id: UUID | None = None
    reverses: UUID | None = None


# The columns of a voucher that a posting gives; the number comes from the month, the place in the chain too.
_HEAD: Final = tuple(column for column in vouchers.columns if column.name not in {"number", "seq"})


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
