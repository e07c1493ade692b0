import asyncio

import pytest
from ledger_desk import District, problem

from shared.contracts.subsidy_ledger import BudgetThresholdReached
from shared.testing import recorded_events


async def test_an_approved_budget_is_available_and_in_the_books(district: District) -> None:
    budget = await district.budget(5_000)

    assert await district.quota(budget["id"]) == {
        "approved": 5_000,
        "available": 5_000,
        "committed": 0,
        "accrued": 0,
        "spent": 0,
    }
    [voucher] = (await district.get("/books/journals", budget_id=budget["id"])).json()["items"]
    assert (voucher["voucher_no"], voucher["kind"]) == ("610703-202603-00001", "budget_approval")
    assert [(e["account"], e["side"], e["amount_fen"]) for e in voucher["entries"]] == [
        ("9101", "debit", 5_000),
        ("9001", "credit", 5_000),
    ]


async def test_a_programme_has_one_budget_a_year_and_territory(district: District) -> None:
    await district.budget()

    answer = await district.post(
        "cashier",
        "/budgets",
        {
            "programme": "P02",
            "year": 2026,
            "territory": "610703",
            "approved_fen": 1,
            "document_no": "二号文",
        },
    )

    assert problem(answer) == (409, "budget-exists")
    assert len((await district.get("/budgets")).json()["items"]) == 1


async def test_a_supplement_adds_to_what_is_available(district: District) -> None:
    budget = await district.budget(5_000)

    body = {"amount_fen": 700, "document_no": "追加"}
    answer = await district.post("finance", f"/budgets/{budget['id']}/supplements", body)

    assert answer.status_code == 201
    assert (answer.json()["available_fen"], answer.json()["version"]) == (5_700, 2)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"territory": "610702"}, (403, "outside-territory")),
        ({"programme": "P99"}, (404, "programme-not-found")),
        ({"approved_fen": 0}, (422, "invalid-input")),
        ({"approved_fen": True}, (422, "invalid-input")),
        ({"year": 26}, (422, "invalid-input")),
    ],
)
async def test_a_budget_that_cannot_be_is_refused(
    district: District, changes: dict[str, object], expected: tuple[int, str]
) -> None:
    body = {"programme": "P02", "year": 2026, "territory": "610703", "approved_fen": 1, "document_no": "d"}

    answer = await district.post("finance", "/budgets", body | changes)

    assert problem(answer) == expected


async def test_the_nearest_budget_pays(district: District) -> None:
    await district.settle()
    wide = await district.budget()
    near = await district.budget(territory="610703001")

    claim = await district.claim_after("money-review")

    assert (claim["budget_id"], wide["id"] != near["id"]) == (near["id"], True)


async def test_without_a_budget_the_money_review_ends(district: District) -> None:
    await district.settle()
    await district.budget(year=2025)
    claim = await district.claim_after("second-review")

    answer = await district.post("finance", f"/claims/{claim['id']}/money-review", {"opinion": "可"})

    assert problem(answer) == (404, "budget-missing")


async def test_a_short_quota_ends_the_money_review(district: District) -> None:
    await district.settle()
    await district.budget(1_222_220)
    claim = await district.claim_after("second-review")

    answer = await district.post("finance", f"/claims/{claim['id']}/money-review", {"opinion": "可"})

    assert problem(answer) == (409, "budget-exhausted")


async def test_each_threshold_is_announced_once(district: District) -> None:
    await district.settle()
    budget = await district.budget(1_286_548)  # 1,222,221 of it is just above 95 per cent

    claim = await district.claim_after("approval")
    [voucher] = [v for v in (await district.claim(claim["id"]))["vouchers"] if v["kind"] == "commitment"]
    await district.post("corrector", f"/books/journals/{voucher['id']}/reversal", {"reason": "错记"})
    await district.post("leader", f"/claims/{claim['id']}/approval", {"opinion": "同意"})

    events = [e for e in await recorded_events(district.database) if isinstance(e, BudgetThresholdReached)]
    assert [(str(e.budget_id), e.used_percent, e.used_fen) for e in events] == [
        (budget["id"], 80, 1_222_221),
        (budget["id"], 95, 1_222_221),
    ]


async def test_fifty_claims_at_once_never_overspend_and_leave_no_gap(district: District) -> None:
    """Fifty approvals run against a quota that holds for thirty of them."""
    await district.settle()
    amount = 1_222_221
    budget = await district.budget(amount * 30 + 5)
    claims = await approvable_claims(district, 50)

    answers = await asyncio.gather(
        *(district.post("leader", f"/claims/{claim}/approval", {"opinion": "同意"}) for claim in claims)
    )

    approved = [answer for answer in answers if answer.status_code == 200]
    refused = [problem(answer) for answer in answers if answer.status_code != 200]
    assert (len(approved), set(refused)) == (30, {(409, "budget-exhausted")})
    quota = await district.quota(budget["id"])
    assert (quota["available"], quota["committed"]) == (5, amount * 30)
    async with district.database.pool.acquire() as connection:
        numbers = await connection.fetch("SELECT number FROM vouchers ORDER BY number")
        bound = await connection.fetchval(
            "SELECT sum(amount_fen) FROM entries WHERE account = '9102' AND side = 'debit'"
        )
    assert [row["number"] for row in numbers] == list(range(1, 32))
    assert bound == amount * 30
    trial = await district.trial()
    assert trial["balanced"]


async def approvable_claims(district: District, count: int) -> list[str]:
    """Bring one claim to the end of its publicity, and copy it for as many other estates."""
    first = await district.claim_after("publicity/end")
    async with district.database.pool.acquire() as connection:
        await connection.execute(
            """
            INSERT INTO claims SELECT (jsonb_populate_record(c, jsonb_build_object(
                'id', gen_random_uuid(), 'claim_no', c.claim_no || '-' || n,
                'estate_id', gen_random_uuid()))).*
            FROM claims c, generate_series(2, $1) n
            """,
            count,
        )
        rows = await connection.fetch("SELECT id FROM claims")
    assert first["id"] in {str(row["id"]) for row in rows}
    return [str(row["id"]) for row in rows]
