"""Many postings in one statement, their months held before anybody looks at balances."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Date, Text, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import local_date, new_id
from shared.storage import Query, Work, columns_of
from subsidy_ledger.funds.domain import Booked
from subsidy_ledger.funds.storage.values import GIVEN, SHARED, given, shared
from subsidy_ledger.tables import fund_months, fund_postings

__all__ = ["hold_ledgers", "post_many"]

_months, _rows = fund_months.c, fund_postings.c
# One row a ledger, in one order: whoever posts many holds the months before it looks at balances.
_HOLD: Final = Query(
    upsert(fund_months)
    .from_select(
        ["ledger", "month", "last_number"],
        select(
            func.unnest(bindparam("ledgers", type_=ARRAY(Text))).label("ledger"),
            bindparam("month", type_=Date),
            literal(0),
        ).order_by("ledger"),
    )
    .on_conflict_do_update(index_elements=["ledger", "month"], set_={"last_number": _months.last_number})
    .returning(_months.ledger, _months.last_number)
)
_RAISE: Final = Query(
    update(fund_months)
    .where(_months.ledger == bindparam("of_ledger"), _months.month == bindparam("of_month"))
    .values(last_number=bindparam("last"))
)


def _post_many() -> Query:
    listed = (*GIVEN, "ledger", "number")
    arrays = [bindparam(name, type_=ARRAY(_rows[name].type)) for name in listed]
    told = func.unnest(*arrays).table_valued(*listed, name="told").render_derived()
    common = [bindparam(name, type_=_rows[name].type) for name in SHARED]
    return Query(
        insert(fund_postings).from_select(
            [*listed, *SHARED],
            select(*(told.c[name] for name in listed), *common),
            include_defaults=False,
        )
    )


_POST_MANY: Final = _post_many()


async def hold_ledgers(work: Work, ledgers: Iterable[str]) -> dict[str, int]:
    """Hold the months of some ledgers until the commit, and return their last numbers."""
    month = local_date(work.now).replace(day=1)
    rows = await work.fetch_all(_HOLD, ledgers=sorted(set(ledgers)), month=month)
    return {row["ledger"]: row["last_number"] for row in rows}


async def post_many(
    work: Work, booked: Sequence[Booked], *, last: Mapping[str, int]
) -> Sequence[tuple[UUID, int]]:
    """Post lines whose ledgers are held, in their order, and return the id and number of each."""
    numbers, month = dict(last), local_date(work.now).replace(day=1)
    rows: list[tuple[object, ...]] = []
    made: list[tuple[UUID, int]] = []
    for line in booked:
        numbers[line.ledger] += 1
        made.append((new_id(), numbers[line.ledger]))
        rows.append((*given(line.transfer, made[-1][0]).values(), line.ledger, made[-1][1]))
    await work.execute_many(
        _RAISE,
        [
            {"of_ledger": ledger, "of_month": month, "last": number}
            for ledger, number in numbers.items()
            if number != last[ledger]
        ],
    )
    await work.execute(_POST_MANY, **columns_of((*GIVEN, "ledger", "number"), rows), **shared(work))
    return made
