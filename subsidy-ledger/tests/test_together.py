"""Transfers of several callers in one statement: each with an answer, a name and a number of its own."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from fund_desk import LEDGER, Fund

from shared.identity import Role
from shared.kernel import Actor, Scope, new_id
from shared.storage import Occasion, Work
from shared.testing import as_role
from shared.testing.clock import NOON
from subsidy_ledger.funds.domain import FundAccountNotFound, FundShort, LedgersDiffer, Transfer
from subsidy_ledger.funds.storage import post_together
from subsidy_ledger.funds.storage.gathering import Answer, Asked, Posted
from subsidy_ledger.funds.storage.many import _HOLD as HOLD_LEDGERS
from subsidy_ledger.tables import fund_months

OTHER = "610703001001-B02"
OUTSIDE = "610702001001"


def asked(giver: str, taker: str, fen: int, *, person: str = "clerk", scope: str = "610703") -> Asked:
    """Return a transfer as a caller asks for it, with a reason of the caller's own."""
    actor = Actor(person=person, role=Role.FUND_CLERK.value, scope=Scope(scope))
    work = Work(occasion=Occasion(actor=actor, now=NOON, reason=f"of {person}", origin="::1"))
    transfer = Transfer(
        from_account=UUID(giver), to_account=UUID(taker), amount_fen=fen, memo=f"{fen}", within=Scope(scope)
    )
    return Asked(work, transfer, asyncio.get_running_loop().create_future())


async def posted(fund: Fund, *lines: Asked) -> Sequence[Answer]:
    async with fund.database.at_once(lines[0].work.occasion) as work:
        return await post_together(work, lines)


async def households(fund: Fund, *codes: str, ledger: str = LEDGER, fen: int = 0) -> list[str]:
    """Open a ledger's bank and households, each with so much money."""
    accounts = [await fund.account(code, ledger=ledger) for code in codes]
    bank = await fund.account("bank", "bank", ledger)
    for each in accounts if fen else ():
        await fund.transfer(bank, each, fen)
    return [bank, *accounts]


async def test_each_that_can_be_is_posted_and_each_other_is_told_why(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, one, two, three = await households(fund, "101", "102", "103", fen=100)
    _, elsewhere, there = await households(fund, "201", "202", ledger=OTHER, fen=100)
    clerk_outside = as_role(Role.FUND_CLERK, "610702", person="outside")
    outside = await fund.account("9", ledger="X", territory=OUTSIDE, headers=clerk_outside)
    unknown = str(new_id())
    # All in one statement: nobody gives and takes, nobody is short.
    monkeypatch.setattr("subsidy_ledger.funds.storage.together.hold_ledgers", None)

    answers = await posted(
        fund,
        asked(one, three, 1, person="a"),
        asked(elsewhere, there, 2, person="b"),
        asked(one, three, 3, person="stranger", scope="610702"),
        asked(one, unknown, 4),
        asked(one, there, 5),
        asked(outside, three, 6),
        asked(two, three, 7, person="c"),
        asked(elsewhere, there, 8, person="d"),
    )

    assert [type(each) for each in answers] == [
        *(Posted, Posted, FundAccountNotFound, FundAccountNotFound, LedgersDiffer, FundAccountNotFound),
        *(Posted, Posted),
    ]
    rows = await fund.database.pool.fetch(
        "SELECT id, ledger, number, amount_fen, memo, person, role, reason, origin, posted_at, xmin::text "
        "FROM fund_postings WHERE memo <> '续筹' ORDER BY seq"
    )
    assert [(row["ledger"], row["number"], row["amount_fen"], row["person"]) for row in rows] == [
        (LEDGER, 4, 1, "a"),
        (OTHER, 3, 2, "b"),
        (LEDGER, 5, 7, "c"),
        (OTHER, 4, 8, "d"),
    ]
    made = [each for each in answers if isinstance(each, Posted)]
    assert [(each.id, each.ledger, each.number) for each in made] == [
        (row["id"], row["ledger"], row["number"]) for row in rows
    ]
    assert {(row["role"], row["origin"], row["posted_at"]) for row in rows} == {("R13", "::1", NOON)}
    assert all(
        row["reason"] == f"of {row['person']}" and row["memo"] == str(row["amount_fen"]) for row in rows
    )
    assert len({row["xmin"] for row in rows}) == 1
    assert [await fund.balance(each) for each in (one, two, three)] == [99, 93, 108]


async def test_who_takes_only_afterwards_was_short_before(fund: Fund) -> None:
    bank, one, two, three = await households(fund, "101", "102", "103")
    await fund.transfer(bank, two, 5)

    answers = await posted(fund, asked(one, three, 5), asked(two, one, 5))

    assert [type(each) for each in answers] == [FundShort, Posted]
    assert [await fund.balance(each) for each in (one, two, three)] == [5, 0, 0]


async def test_where_somebody_is_short_the_others_are_posted(fund: Fund) -> None:
    _, one, two, three = await households(fund, "101", "102", "103", fen=5)

    answers = await posted(fund, asked(one, three, 3), asked(one, three, 3), asked(two, three, 5))

    assert [type(each) for each in answers] == [Posted, FundShort, Posted]
    assert await fund.numbers() == [1, 2, 3, 4, 5]


async def test_a_bank_gives_and_takes_in_any_order_once_it_is_known(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    bank, one, two = await households(fund, "101", "102", fen=5)
    both = [(one, bank, 1), (bank, two, 1)]
    first = await posted(fund, *(asked(*line) for line in both))
    monkeypatch.setattr("subsidy_ledger.funds.storage.together.hold_ledgers", None)

    again = await posted(fund, *(asked(*line) for line in both))

    assert [type(each) for each in (*first, *again)] == [Posted] * 4


async def test_what_was_posted_is_told_so_where_the_reason_of_another_cannot_be_found(
    fund: Fund, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, one, two = await households(fund, "101", "102", fen=5)

    async def away(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr("subsidy_ledger.funds.storage.together.accounts_of_several", away)

    answers = await posted(fund, asked(one, two, 1), asked(one, str(new_id()), 1))

    assert [type(each) for each in answers] == [Posted, ConnectionResetError]


def test_a_batch_takes_the_months_in_the_order_of_the_column_whatever_the_database_sorts_by() -> None:
    # As the statement of a group, which sorts by the column itself: two orders would lock each other out.
    assert fund_months.c.ledger.type.collation == "C"  # type: ignore[attr-defined]
    assert 'ORDER BY named COLLATE "C"' in HOLD_LEDGERS.sql
