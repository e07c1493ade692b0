"""Transfers of several callers in one statement; judged one after the other where that makes a difference."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CTE, BigInteger, Date, DateTime, Text, Uuid, and_, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import TypeEngine

from shared.kernel import new_id
from shared.storage import Query, RuleBroken, Work, columns_of, everywhere
from subsidy_ledger.funds.domain import Booked, Transfer, accounts_named, decide, order_matters, refusal_of
from subsidy_ledger.funds.storage.accounts import accounts_of_several
from subsidy_ledger.funds.storage.gathering import Answer, Asked, Posted
from subsidy_ledger.funds.storage.many import hold_ledgers, post_many
from subsidy_ledger.tables import fund_accounts, fund_months, fund_postings

__all__ = ["post_together"]

_months = fund_months.c
# The accounts that are a bank's side, as far as this process has met them: none of them is ever short.
_BANKS: Final = "funds.banks"
# What each line gives, and from where to where its caller's territory reaches.
_LINE: Final[dict[str, TypeEngine[Any]]] = {
    "id": Uuid(),
    "from_account": Uuid(),
    "to_account": Uuid(),
    "amount_fen": BigInteger(),
    "memo": Text(),
    "posted_at": DateTime(timezone=True),
    "person": Text(),
    "role": Text(),
    "reason": Text(),
    "origin": Text(),
    "low": Text(),
    "high": Text(),
}
_POSTED: Final = tuple(name for name in _LINE if name not in {"low", "high"})


def _asked() -> CTE:
    """Return the lines whose accounts are both there, in one ledger and within the caller's territory."""
    lines = (
        func.unnest(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _LINE.items()))
        .table_valued(*_LINE, with_ordinality="place")
        .render_derived(name="line")
    )
    line = lines.c
    giver, taker = (fund_accounts.alias(name) for name in ("giver", "taker"))
    within = [
        bound
        for side in (giver.c.territory, taker.c.territory)
        for bound in (side >= line.low, side < line.high)
    ]
    return (
        select(lines, giver.c.ledger)
        .join_from(lines, giver, giver.c.id == line.from_account)
        .join(taker, and_(taker.c.id == line.to_account, taker.c.ledger == giver.c.ledger))
        .where(*within)
        .cte("asked")
    )


def _drawn(asked: CTE) -> CTE:
    """Draw as many numbers of each ledger as it has lines: the last of them."""
    ledger = asked.c.ledger
    wanted = select(ledger, bindparam("month", type_=Date), func.count()).group_by(ledger).order_by(ledger)
    raised = upsert(fund_months).from_select(["ledger", "month", "last_number"], wanted)
    return (
        raised.on_conflict_do_update(
            index_elements=["ledger", "month"],
            set_={"last_number": _months.last_number + raised.excluded.last_number},
        )
        .returning(_months.ledger, _months.month, _months.last_number)
        .cte("drawn")
    )


def _post_all() -> Query:
    asked = _asked()
    drawn = _drawn(asked)
    ledger, place = asked.c.ledger, asked.c.place
    after_it = func.count().over(partition_by=ledger) - func.row_number().over(
        partition_by=ledger, order_by=place
    )
    rows = (
        select(*(asked.c[name] for name in _POSTED), ledger, drawn.c.month, drawn.c.last_number - after_it)
        .join_from(asked, drawn, drawn.c.ledger == ledger)
        .order_by(place)
    )
    columns = [*_POSTED, "ledger", "month", "number"]
    posted = insert(fund_postings).from_select(columns, rows, include_defaults=False)
    return everywhere(
        posted.returning(fund_postings.c.id, fund_postings.c.ledger, fund_postings.c.number),
        reason="Transfers of several callers are posted together; each is bound to its own territory.",
    )


_POST_ALL: Final = _post_all()


async def post_together(work: Work, asked: Sequence[Asked]) -> Sequence[Answer]:
    """Post transfers of several callers, each within its own territory, and answer for each.

    One statement posts them all where their order makes no difference. Where it does, or the database refuses
    the sum of them, each is judged on what those before it left. Raises RuleBroken, OutcomeUnknown.
    """
    banks = work.memory.setdefault(_BANKS, set())
    assert isinstance(banks, set)  # noqa: S101 - nobody else writes under this name; narrows the type
    if order_matters([line.transfer for line in asked], banks=banks):
        return await _post_in_order(work, asked, banks=banks)
    try:
        return await _post_at_once(work, asked)
    except RuleBroken:
        return await _post_in_order(work, asked, banks=banks)


async def _post_at_once(work: Work, asked: Sequence[Asked]) -> Sequence[Answer]:
    rows = [_row(line) for line in asked]
    found = await work.commit_with(_POST_ALL, month=asked[0].month, **columns_of(tuple(_LINE), rows))
    posted = {row["id"]: Posted(row["id"], row["ledger"], row["number"]) for row in found}
    answers = [posted.get(posting_id) for posting_id, *_ in rows]
    missing = [line.transfer for line, answer in zip(asked, answers, strict=True) if answer is None]
    refusals = iter(await _refusals(work, missing) if missing else ())
    return [answer or next(refusals) for answer in answers]


def _row(line: Asked) -> tuple[object, ...]:
    transfer, work = line.transfer, line.work
    return (
        new_id(),
        transfer.from_account,
        transfer.to_account,
        transfer.amount_fen,
        transfer.memo,
        work.now,
        work.actor.person,
        work.actor.role,
        work.reason,
        work.occasion.origin,
        transfer.within.low,
        transfer.within.high,
    )


async def _refusals(work: Work, transfers: Sequence[Transfer]) -> Sequence[Exception]:
    """Return why transfers were not posted whose accounts the statement did not find."""
    try:
        known = await accounts_of_several(work, accounts_named(transfers))
    except Exception as fault:  # noqa: BLE001 - theirs alone: what was posted beside them stands
        return [fault] * len(transfers)
    return [refusal_of(transfer, known) for transfer in transfers]


async def _post_in_order(work: Work, asked: Sequence[Asked], *, banks: set[UUID]) -> Sequence[Answer]:
    """Hold the ledgers, judge line by line, and post what is granted, in one transaction."""
    transfers = [line.transfer for line in asked]
    named = accounts_named(transfers)
    async with work.transaction():
        known = await accounts_of_several(work, named)
        banks.update(each.id for each in known.values() if not each.has_floor)
        last = await hold_ledgers(work, (account.ledger for account in known.values()))
        decisions = decide(transfers, await accounts_of_several(work, named))
        granted = [
            (each, line.work) for each, line in zip(decisions, asked, strict=True) if isinstance(each, Booked)
        ]
        booked, works = [each for each, _ in granted], [each for _, each in granted]
        made = iter(await post_many(work, booked, last=last, told_by=works) if booked else ())
    return [next(made) if isinstance(each, Booked) else each.refusal for each in decisions]
