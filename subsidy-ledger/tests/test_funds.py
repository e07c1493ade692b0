"""The maintenance fund: never below zero, never unbalanced, no gap in its numbers, also against forgers."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import httpx
import pytest
from fund_desk import API, CLERK, LEDGER, TERRITORY, Fund

from shared.chain import Fault, Sealer, Verifier
from shared.identity import Role
from shared.kernel import Actor, new_id
from shared.storage import Occasion
from shared.testing import ServiceDatabase, SettableClock, as_role
from subsidy_ledger.funds.domain import (
    Booked,
    FundAccount,
    FundKind,
    Refused,
    Transfer,
    decide,
    order_matters,
)
from subsidy_ledger.funds.storage import FUNDS_CHAIN

PATIENCE_SECONDS = 60


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2]


async def test_a_transfer_moves_money_and_bears_the_next_number(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )

    await fund.transfer(bank, one, 1_000_00)
    answer = await fund.transfer(one, other, 300_00)

    assert (answer.status_code, answer.json()["posting_no"]) == (201, f"{LEDGER}-202603-000002")
    assert [await fund.balance(each) for each in (bank, one, other)] == [-1_000_00, 700_00, 300_00]


async def test_an_account_is_not_taken_below_zero_and_nothing_is_left_behind(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )
    await fund.transfer(bank, one, 100)

    refused = await fund.transfer(one, other, 101)
    posted = await fund.transfer(one, other, 100)

    assert kind(refused) == (409, "fund-short")
    assert posted.status_code == 201
    assert await fund.numbers() == [1, 2]


async def test_fifty_at_once_on_one_account_post_what_is_there_and_leave_no_gap(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )
    await fund.transfer(bank, one, 30)

    answers = await asyncio.gather(*(fund.transfer(one, other, 1) for _ in range(50)))

    assert sorted(answer.status_code for answer in answers) == [201] * 30 + [409] * 20
    assert [await fund.balance(one), await fund.balance(other)] == [0, 30]
    assert await fund.numbers() == list(range(1, 32))


async def test_of_transfers_posted_together_each_has_its_own_answer_and_its_own_name(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )
    await fund.transfer(bank, one, 33)
    outside = as_role(Role.FUND_CLERK, "610702", person="stranger")
    bodies = [
        {"from_account": one, "to_account": other, "amount_fen": fen, "memo": f"m{fen}"}
        for fen in range(1, 9)
    ]
    callers = [as_role(Role.FUND_CLERK, "610703", person=f"clerk {n}") for n in range(8)]

    answers = await asyncio.gather(
        *(fund.post("/postings", body, caller) for body, caller in zip(bodies, callers, strict=True)),
        fund.post("/postings", bodies[0], outside),
    )

    taken = [fen for fen, answer in enumerate(answers[:-1], start=1) if answer.is_success]
    refused = {kind(answer) for answer in answers[:-1] if not answer.is_success}
    assert kind(answers[-1]) == (404, "fund-account-not-found")
    assert (refused, await fund.balance(one)) == ({(409, "fund-short")}, 33 - sum(taken))
    async with fund.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT memo, person FROM fund_postings WHERE number > 1")
        apart = await connection.fetchval(
            "SELECT count(DISTINCT xmin::text) FROM fund_postings WHERE number > 1"
        )
    assert {row["memo"]: row["person"] for row in rows} == {f"m{fen}": f"clerk {fen - 1}" for fen in taken}
    assert apart < len(rows)


async def test_transfers_in_both_directions_at_once_do_not_lock_each_other_out(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )
    await fund.transfer(bank, one, 1_000)
    await fund.transfer(bank, other, 1_000)
    lines = [{"from_account": one, "to_account": other, "amount_fen": 1, "memo": "m"} for _ in range(20)]

    answers = await asyncio.gather(
        *(fund.transfer(*pair, 1) for pair in [(one, other), (other, one)] * 15),
        *(fund.post("/batches", {"lines": lines}) for _ in range(3)),
    )

    assert {answer.status_code for answer in answers} == {200, 201}
    assert await fund.numbers() == list(range(1, 93))
    assert await fund.balance(one) + await fund.balance(other) == 2_000


async def test_no_account_was_ever_below_zero_in_the_order_of_the_numbers(fund: Fund) -> None:
    bank, *households = [await fund.account(code, kind) for code, kind in ACCOUNTS]
    await asyncio.gather(*(fund.transfer(bank, each, 3) for each in households))
    dice = random.Random(7)  # noqa: S311 - the same each time
    pairs = [dice.sample(households, 2) for _ in range(90)]

    answers = await asyncio.gather(
        *(fund.transfer(giver, taker, dice.randint(1, 4)) for giver, taker in pairs)
    )

    assert {answer.status_code for answer in answers} == {201, 409}
    rows = await fund.database.pool.fetch(
        "SELECT from_account, to_account, amount_fen, number FROM fund_postings ORDER BY number"
    )
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    left: Counter[str] = Counter()
    for row in rows:
        left[str(row["from_account"])] -= row["amount_fen"]
        left[str(row["to_account"])] += row["amount_fen"]
        assert min(left[each] for each in households) >= 0, dict(row)


async def test_who_waits_holds_no_connection_and_a_lost_one_leaves_the_outcome_unknown(
    fund: Fund, service_database: ServiceDatabase
) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    await fund.transfer(bank, one, 1)
    async with asyncio.timeout(PATIENCE_SECONDS), a_month_held(service_database.admin_dsn) as looker:
        waiting = [asyncio.create_task(fund.transfer(bank, one, 1)) for _ in range(30)]
        while (leader := await looker.fetchval(WHO_WAITS)) is None:  # noqa: ASYNC110 - the database tells
            await asyncio.sleep(0.02)

        assert await fund.balance(one) == 1
        await looker.execute("SELECT pg_terminate_backend($1, 5000)", leader)

    answers = await asyncio.gather(*waiting)

    assert Counter(kind(each)[1] for each in answers if not each.is_success) == {"outcome-unknown": 1}
    assert await fund.balance(one) == 30


async def test_no_posting_reads_all_that_were_posted_before(
    fund: Fund, service_database: ServiceDatabase
) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    sound = {"ledger": LEDGER, "number": "last_number", "giver": bank, "taker": one, "fen": 1, "red": "NULL"}
    superuser = await asyncpg.connect(service_database.admin_dsn)
    said: list[str] = []
    superuser.add_log_listener(lambda _connection, message: said.append(str(message)))
    await superuser.execute("SET search_path = subsidy_ledger, public")
    await superuser.execute(OPEN_MANY)
    await superuser.execute(POST_MANY.format(ledger=LEDGER))
    # The plans are made by a large statement on small tables, and then kept.
    await superuser.execute("ANALYZE fund_postings, fund_months, fund_accounts")
    await superuser.execute(POST_MANY.format(ledger=LEDGER))
    await superuser.execute(TELL_THE_PLANS)
    await superuser.execute(POST.format(**sound))
    await superuser.close()

    told = "\n".join(said)
    assert "fund_postings b" in told
    assert not re.findall(r"Seq Scan on fund_(?:postings|accounts|months m)|Merge Join|Hash Join", told)


async def test_what_cannot_be_is_refused_by_name(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    elsewhere = await fund.account("101", ledger="610703001001-B02")

    assert kind(await fund.transfer(one, one, 1)) == (409, "one-account-only")
    assert kind(await fund.transfer(bank, elsewhere, 1)) == (409, "ledgers-differ")
    assert kind(await fund.transfer(bank, str(new_id()), 1)) == (404, "fund-account-not-found")
    again = {"territory": TERRITORY, "ledger": LEDGER, "kind": "bank", "code": "second"}
    assert kind(await fund.post("/accounts", again)) == (409, "account-exists")
    assert await fund.numbers() == []


async def test_a_clerk_of_another_district_and_another_role_reach_nothing(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    body = {"from_account": bank, "to_account": one, "amount_fen": 1, "memo": "m"}
    outside = as_role(Role.FUND_CLERK, "610702")

    assert kind(await fund.post("/postings", body, outside)) == (404, "fund-account-not-found")
    batch = (await fund.post("/batches", {"lines": [body]}, outside)).json()
    assert [line["refused"] for line in batch["lines"]] == ["fund-account-not-found"]
    assert (await fund.post("/postings", body, as_role(Role.FINANCE_OFFICER, "610703"))).status_code == 403
    assert await fund.numbers() == []


async def test_the_same_key_posts_once(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")

    first = await fund.transfer(bank, one, 5, **{"idempotency-key": "k"})
    second = await fund.transfer(bank, one, 5, **{"idempotency-key": "k"})

    assert first.json() == second.json()
    assert await fund.balance(one) == 5


async def test_a_batch_answers_line_by_line_each_on_what_the_lines_before_left(fund: Fund) -> None:
    bank, one, other = (
        await fund.account("bank", "bank"),
        await fund.account("101"),
        await fund.account("102"),
    )
    moves = [
        (one, other, 1),
        (bank, one, 10),
        (one, other, 8),
        (one, other, 3),
        (other, one, 8),
        (one, other, 3),
    ]
    lines = [
        {"from_account": giver, "to_account": taker, "amount_fen": fen, "memo": "m"}
        for giver, taker, fen in moves
    ]

    answer = (await fund.post("/batches", {"lines": lines})).json()

    short = "fund-short"
    assert [line["refused"] for line in answer["lines"]] == [short, None, None, short, None, None]
    assert (answer["posted"], answer["refused"]) == (4, 2)
    assert [await fund.balance(one), await fund.balance(other)] == [7, 3]
    assert await fund.numbers() == [1, 2, 3, 4]


async def test_red_ink_takes_a_posting_back_once(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    posting = (await fund.transfer(bank, one, 5)).json()["id"]

    red = await fund.post(f"/postings/{posting}/reversal", {"memo": "记错"})
    again = await fund.post(f"/postings/{posting}/reversal", {"memo": "记错"})
    of_red = await fund.post(f"/postings/{red.json()['id']}/reversal", {"memo": "记错"})

    assert red.status_code == 201
    assert (kind(again), kind(of_red)) == (
        (409, "posting-reversed-already"),
        (409, "red-posting-stands"),
    )
    listed = (await fund.client.get(f"{API}/accounts/{one}/postings", headers=CLERK)).json()["items"]
    assert [(each["amount_fen"], each["reverses"]) for each in listed] == [(5, None), (5, posting)]
    assert await fund.balance(one) == 0


# The month of the tests, as a transaction that stays open holds it; and who waits for it.
HOLD = "SELECT FROM subsidy_ledger.fund_months FOR UPDATE"
WHO_WAITS = (
    "SELECT pid FROM pg_stat_activity "
    "WHERE wait_event_type = 'Lock' AND usename = 'subsidy_ledger' AND datname = current_database()"
)
# Accounts of many ledgers, and postings of all of them in one statement.
OPEN_MANY = """
INSERT INTO fund_accounts (id, territory, ledger, kind, code, opened_at, opened_by)
SELECT gen_random_uuid(), '610703001001', 'B' || l, k, k, now(), 't'
FROM generate_series(1, 64) AS l, unnest('{bank,household}'::text[]) AS k;
INSERT INTO fund_months SELECT 'B' || l, '2026-03-01', 0 FROM generate_series(1, 64) AS l
"""
POST_MANY = """
WITH m AS (UPDATE fund_months SET last_number = last_number + 8 WHERE ledger <> '{ledger}'
    RETURNING ledger, last_number)
INSERT INTO fund_postings (id, ledger, month, number, from_account, to_account, amount_fen, memo, posted_at,
    person, role)
SELECT gen_random_uuid(), ledger, '2026-03-01', last_number - 8 + n, b.id, h.id, 1, 'm', now(), 't', 'R13'
FROM generate_series(1, 8) AS n, m JOIN fund_accounts b USING (ledger) JOIN fund_accounts h USING (ledger)
WHERE b.kind = 'bank' AND h.kind = 'household'
"""
# Of the statements within functions as well.
TELL_THE_PLANS = """
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET client_min_messages = log
"""
ACCOUNTS = [("bank", "bank"), ("101", "household"), ("102", "household"), ("103", "household")]


@asynccontextmanager
async def a_month_held(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Hold the month; yield another connection, since within a transaction one sees no newcomers."""
    holder, looker = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        async with holder.transaction():
            await holder.execute(HOLD)
            yield looker
    finally:
        await holder.close()
        await looker.close()


POST = """
WITH m AS (INSERT INTO fund_months VALUES ('{ledger}', '2026-03-01', 1) ON CONFLICT (ledger, month)
    DO UPDATE SET last_number = fund_months.last_number + 1 RETURNING last_number)
INSERT INTO fund_postings (id, ledger, month, number, from_account, to_account, amount_fen, memo, reverses,
    posted_at, person, role)
SELECT gen_random_uuid(), '{ledger}', '2026-03-01', {number}, '{giver}', '{taker}', {fen}, 'm', {red},
    now(), 'f', 'f' FROM m
"""


async def test_the_database_refuses_a_forger_with_the_services_own_login(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    elsewhere = await fund.account("9", ledger="610703001001-B02")
    posting = (await fund.transfer(bank, one, 5)).json()["id"]
    sound = {"ledger": LEDGER, "number": "last_number", "giver": bank, "taker": one, "fen": 1, "red": "NULL"}
    forgeries: list[tuple[str, type[Exception]]] = [
        (POST.format(**sound | {"giver": one, "taker": bank, "fen": 6}), asyncpg.CheckViolationError),
        (POST.format(**sound | {"fen": 0}), asyncpg.CheckViolationError),
        (POST.format(**sound | {"taker": bank}), asyncpg.CheckViolationError),
        (POST.format(**sound | {"taker": elsewhere}), asyncpg.ForeignKeyViolationError),
        (POST.format(**sound | {"taker": new_id()}), asyncpg.ForeignKeyViolationError),
        (POST.format(**sound | {"number": "last_number + 1"}), asyncpg.CheckViolationError),
        (POST.format(**sound | {"red": f"'{posting}'"}), asyncpg.CheckViolationError),
        ("UPDATE fund_accounts SET balance_fen = 9", asyncpg.InsufficientPrivilegeError),
        ("DELETE FROM fund_accounts", asyncpg.InsufficientPrivilegeError),
        (
            (
                "INSERT INTO fund_accounts (id, territory, ledger, kind, code, opened_at, opened_by, "
                "balance_fen) VALUES (gen_random_uuid(), '61', 'x', 'building', 'x', now(), 'f', 5)"
            ),
            asyncpg.InsufficientPrivilegeError,
        ),
        ("UPDATE fund_postings SET amount_fen = 9", asyncpg.RestrictViolationError),
        ("DELETE FROM fund_postings", asyncpg.RestrictViolationError),
    ]

    async with fund.database.pool.acquire() as connection:
        for forgery, refusal in forgeries:
            with pytest.raises(refusal):
                await connection.execute(forgery)
        await connection.execute(POST.format(**sound))

    assert await fund.balance(one) == 6


async def test_a_skipped_number_is_refused_also_when_the_month_says_so(fund: Fund) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    await fund.transfer(bank, one, 5)
    sound = {"ledger": LEDGER, "number": "last_number", "giver": bank, "taker": one, "fen": 1, "red": "NULL"}

    async with fund.database.pool.acquire() as connection:
        await connection.execute("UPDATE fund_months SET last_number = 7")
        with pytest.raises(asyncpg.CheckViolationError, match="leave a gap"):
            await connection.execute(POST.format(**sound))


async def test_postings_are_sealed_and_a_rewritten_one_is_named(
    fund: Fund, service_database: ServiceDatabase
) -> None:
    bank, one = await fund.account("bank", "bank"), await fund.account("101")
    await fund.transfer(bank, one, 5)
    sealer = Sealer(database=fund.database, chain=FUNDS_CHAIN, clock=SettableClock())
    await sealer.step()
    assert await sealer.step() == 1
    superuser = await asyncpg.connect(service_database.admin_dsn)
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute("UPDATE subsidy_ledger.fund_postings SET amount_fen = 6")
    await superuser.close()

    occasion = Occasion(actor=Actor.system("test"), now=SettableClock().now)
    async with fund.database.read(occasion) as work:
        verifier = Verifier(work=work, chain=FUNDS_CHAIN)
        async for _ in verifier.walk():
            pass

    assert [each.fault for each in verifier.seen.findings] == [Fault.ROW_CHANGED]


def test_a_line_is_decided_on_what_the_lines_before_it_left() -> None:
    one, other = (
        FundAccount(
            id=UUID(int=n), territory="61", ledger="B", kind=FundKind.HOUSEHOLD, code=str(n), balance_fen=n
        )
        for n in (1, 2)
    )
    there = Transfer(from_account=other.id, to_account=one.id, amount_fen=2, memo="m")
    back = Transfer(from_account=one.id, to_account=other.id, amount_fen=3, memo="m")

    decisions = decide([back, there, back, back], {one.id: one, other.id: other})

    assert [type(each) for each in decisions] == [Refused, Booked, Booked, Refused]


def test_the_order_matters_where_an_account_gives_and_takes() -> None:
    one, other, third = (UUID(int=n) for n in range(3))
    there = Transfer(from_account=one, to_account=other, amount_fen=1, memo="m")
    on = Transfer(from_account=other, to_account=third, amount_fen=1, memo="m")

    assert order_matters([there, on])
    assert not order_matters([there, there])
