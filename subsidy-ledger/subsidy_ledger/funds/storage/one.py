"""A posting is one statement: number and row; the database moves the balances with it."""

from typing import Final
from uuid import UUID

from sqlalchemy import CTE, Date, Integer, Uuid, bindparam, cast, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import new_id
from shared.storage import AlreadyThere, Query, RuleBroken, Work, in_scope
from subsidy_ledger.funds.domain import (
    FundPostingNotFound,
    PostingReversedAlready,
    Transfer,
    accounts_named,
    refusal_of,
    short_of,
)
from subsidy_ledger.funds.storage.accounts import accounts_by_id
from subsidy_ledger.funds.storage.gathering import Posted
from subsidy_ledger.funds.storage.values import GIVEN, SHARED, given, shared
from subsidy_ledger.tables import fund_accounts, fund_months, fund_postings

__all__ = ["POST_ONE", "load_transfer", "post_one"]

_months, _rows = fund_months.c, fund_postings.c
_giver, _taker = fund_accounts.alias("giver"), fund_accounts.alias("taker")
_FLOOR: Final = "ck_fund_accounts_balance"
_LOAD_POSTING: Final = Query(
    select(fund_postings)
    .join(_giver, _giver.c.id == _rows.from_account)
    .where(_rows.id == bindparam("id"), in_scope(_giver.c.territory))
)


def _drawn() -> CTE:
    """Draw the next number of the month: its row is held to the end of the statement's transaction."""
    first = (
        select(_giver.c.ledger, bindparam("month", type_=Date), cast(1, Integer))
        .join_from(_giver, _taker, _taker.c.ledger == _giver.c.ledger)
        .where(
            _giver.c.id == bindparam("from_account", type_=Uuid),
            _taker.c.id == bindparam("to_account", type_=Uuid),
            in_scope(_giver.c.territory),
            in_scope(_taker.c.territory),
        )
    )
    return (
        upsert(fund_months)
        .from_select(["ledger", "month", "last_number"], first)
        .on_conflict_do_update(
            index_elements=["ledger", "month"], set_={"last_number": _months.last_number + 1}
        )
        .returning(_months.ledger, _months.last_number)
        .cte("drawn")
    )


def _post_one() -> Query:
    drawn = _drawn()
    names = (*GIVEN, *SHARED)
    values = [bindparam(name, type_=_rows[name].type) for name in names]
    return Query(
        insert(fund_postings)
        .from_select(
            [*names, "ledger", "number"],
            select(*values, drawn.c.ledger, drawn.c.last_number),
            include_defaults=False,
        )
        .returning(_rows.ledger, _rows.number)
    )


POST_ONE: Final = _post_one()


async def post_one(work: Work, transfer: Transfer) -> Posted:
    """Post a transfer in one statement and return where.

    Raises OneAccountOnly, FundAccountNotFound, LedgersDiffer, FundShort, PostingReversedAlready,
    OutcomeUnknown.
    """
    posting_id = new_id()
    try:
        rows = await work.commit_with(POST_ONE, **given(transfer, posting_id), **shared(work))
    except RuleBroken as fault:
        if fault.constraint_name == _FLOOR:
            raise short_of(transfer) from fault
        raise
    except AlreadyThere as fault:
        raise PostingReversedAlready(id=transfer.reverses) from fault
    if not rows:
        raise refusal_of(transfer, await accounts_by_id(work, accounts_named([transfer])))
    return Posted(posting_id, rows[0]["ledger"], rows[0]["number"])


async def load_transfer(work: Work, *, posting_id: UUID) -> Transfer:
    """Return what was posted; raise FundPostingNotFound."""
    row = await work.load(_LOAD_POSTING, missing=FundPostingNotFound, id=posting_id)
    return Transfer(
        **{name: row[name] for name in ("from_account", "to_account", "amount_fen", "memo", "reverses")}
    )
