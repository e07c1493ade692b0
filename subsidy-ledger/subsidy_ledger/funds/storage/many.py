"""Many postings in one statement, their months held before anybody looks at balances."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Final

from sqlalchemy import Date, Text, bindparam, collate, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import local_date, new_id
from shared.storage import Query, Work, columns_of, insert_rows
from subsidy_ledger.funds.domain import Booked
from subsidy_ledger.funds.storage.gathering import Posted
from subsidy_ledger.funds.storage.values import GIVEN, SHARED, given, shared
from subsidy_ledger.tables import fund_months, fund_postings

__all__ = ["hold_ledgers", "post_many"]

_months = fund_months.c
_named = func.unnest(bindparam("ledgers", type_=ARRAY(Text))).column_valued("named")
# One row a ledger, in the order of the column, as everybody takes them: whoever posts many holds the months
# before it looks at balances.
_HOLD: Final = Query(
    upsert(fund_months)
    .from_select(
        ["ledger", "month", "last_number"],
        select(_named, bindparam("month", type_=Date), literal(0)).order_by(collate(_named, "C")),
    )
    .on_conflict_do_update(index_elements=["ledger", "month"], set_={"last_number": _months.last_number})
    .returning(_months.ledger, _months.last_number)
)
_RAISE: Final = Query(
    update(fund_months)
    .where(_months.ledger == bindparam("of_ledger"), _months.month == bindparam("of_month"))
    .values(last_number=bindparam("last"))
)


_COLUMNS: Final = (*GIVEN, "ledger", "number", *SHARED)
_POST_MANY: Final = Query(insert_rows(fund_postings, *_COLUMNS))


async def hold_ledgers(work: Work, ledgers: Iterable[str]) -> dict[str, int]:
    """Hold the months of some ledgers until the commit, and return their last numbers."""
    month = local_date(work.now).replace(day=1)
    rows = await work.fetch_all(_HOLD, ledgers=sorted(set(ledgers)), month=month)
    return {row["ledger"]: row["last_number"] for row in rows}


async def post_many(
    work: Work, booked: Sequence[Booked], *, last: Mapping[str, int], told_by: Iterable[Work] | None = None
) -> Sequence[Posted]:
    """Post lines whose ledgers are held, in their order, and return where each was posted.

    `told_by` are the units of work they came with, where that is not this one.
    """
    numbers, month = dict(last), local_date(work.now).replace(day=1)
    rows: list[tuple[object, ...]] = []
    made: list[Posted] = []
    origins = repeat(tuple(shared(work).values())) if told_by is None else map(_origin, told_by)
    for line, origin in zip(booked, origins, strict=False):
        numbers[line.ledger] += 1
        posted = Posted(new_id(), line.ledger, numbers[line.ledger])
        made.append(posted)
        rows.append((*given(line.transfer, posted.id).values(), posted.ledger, posted.number, *origin))
    raised = {ledger: number for ledger, number in numbers.items() if number != last[ledger]}
    await work.execute_many(
        _RAISE,
        [{"of_ledger": each, "of_month": month, "last": number} for each, number in raised.items()],
    )
    await work.execute(_POST_MANY, **columns_of(_COLUMNS, rows))
    return made


def _origin(work: Work) -> tuple[object, ...]:
    return tuple(shared(work).values())
