from datetime import date, timedelta

import httpx
import pytest
from ledger_desk import OTHER_ORG, District, problem

from shared.contracts.credit_rating import Grade
from shared.contracts.subsidy_ledger import SubsidyCommitted, SubsidyReviewed
from shared.identity import Role
from shared.kernel import new_id
from shared.storage import Database
from shared.testing import as_role, recorded_events

OPINION = {"opinion": "情况属实"}


async def rule(database: Database, key: str, value: str, territory: str) -> None:
    async with database.pool.acquire() as connection:
        await connection.execute(
            "UPDATE rule_parameters SET value = $2 WHERE key = $1 AND territory = $3", key, value, territory
        )
    database.memory.clear()


async def submit(district: District, **changes: object) -> httpx.Response:
    claim = await district.draft(**changes)
    return await district.post("manager", f"/claims/{claim['id']}/submission")


async def test_a_programme_that_is_not_open_takes_no_claims(district: District) -> None:
    await district.settle()

    answer = await district.post("manager", "/claims", district.form(programme="P03"))

    assert problem(answer) == (409, "programme-not-open")


async def test_a_companys_manager_files_for_no_other_company(district: District) -> None:
    await district.settle()

    answer = await district.post("manager", "/claims", district.form(payee=OTHER_ORG))

    assert problem(answer) == (403, "claim-for-another-company")


async def test_an_estate_nobody_told_us_of_has_no_claim(district: District) -> None:
    answer = await district.post("manager", "/claims", district.form())

    assert problem(answer) == (404, "estate-not-known")


async def test_there_is_no_claim_without_an_operator(district: District) -> None:
    await district.register()
    await district.enter()
    await district.grade("AAA")

    answer = await submit(district)

    assert problem(answer) == (409, "payee-not-operator")
    assert await recorded_events(district.database) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 12, 2), None),
        (date(2025, 3, 15), date(2026, 2, 28)),
    ],
)
async def test_a_day_without_the_operator_is_a_day_too_many(
    district: District, start: date, end: date | None
) -> None:
    await district.register()
    await district.enter()
    await district.assign(start, end)

    answer = await submit(district)

    assert problem(answer) == (409, "payee-not-operator")


async def test_another_companys_service_does_not_count(district: District) -> None:
    await district.register()
    await district.enter()
    await district.assign(org=OTHER_ORG)

    assert problem(await submit(district)) == (409, "payee-not-operator")


@pytest.mark.parametrize("grade", ["C", "BLACK"])
async def test_a_company_of_an_excluded_grade_gets_no_new_grant(district: District, grade: Grade) -> None:
    await district.settle()
    await district.grade(grade)

    assert problem(await submit(district)) == (409, "grade-excluded")


async def test_a_grade_that_fell_before_the_approval_stops_the_grant(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("publicity/end")
    await district.grade("BLACK", date(2026, 3, 1))

    answer = await district.post("leader", f"/claims/{claim['id']}/approval", OPINION)

    assert problem(answer) == (409, "grade-excluded")
    assert (await district.claim(claim["id"]))["status"] == "publicity"


async def test_without_a_grade_the_second_review_does_not_guess(district: District) -> None:
    await district.register()
    await district.assign()
    await district.enter()
    claim = await district.claim_after("first-review")

    answer = await district.post("authority", f"/claims/{claim['id']}/second-review", OPINION)

    assert problem(answer) == (409, "grade-not-known")


async def test_months_that_are_not_over_are_not_claimed(district: District) -> None:
    await district.settle()

    assert problem(await submit(district, last_month="2026-03")) == (409, "period-not-over")


async def test_money_goes_to_no_third_partys_account(district: District) -> None:
    await district.settle()

    assert problem(await submit(district, account_holder="张三")) == (409, "account-not-payees")


async def test_the_common_income_may_use_the_subsidy_up(district: District) -> None:
    await district.settle()

    assert problem(await submit(district, common_income_fen=2_000_000)) == (409, "nothing-to-pay")


async def test_the_same_months_are_not_funded_twice(district: District) -> None:
    await district.settle()
    first = await district.submitted()

    answer = await submit(district, first_month="2026-02")

    assert problem(answer) == (409, "funded-twice")
    assert first["claim_no"] in answer.json()["detail"]


async def test_months_of_a_claim_that_was_taken_back_are_free(district: District) -> None:
    await district.settle()
    first = await district.submitted()

    gone = await district.post("manager", f"/claims/{first['id']}/withdrawal", {"reason": "重复申报"})
    second = await submit(district)

    assert (gone.json()["status"], second.json()["status"]) == ("withdrawn", "submitted")


async def test_a_refused_claim_is_refused_for_good(district: District) -> None:
    await district.settle()
    claim = await district.submitted()
    refusal = {"decision": "refuse", "opinion": "小区无此服务"}

    refused = await district.post("community", f"/claims/{claim['id']}/check", refusal)
    again = await district.post("manager", f"/claims/{claim['id']}/submission")

    assert refused.json()["status"] == "refused"
    assert problem(again) == (409, "step-not-allowed")
    events = [
        event for event in await recorded_events(district.database) if isinstance(event, SubsidyReviewed)
    ]
    assert [(event.step, event.passed) for event in events] == [("check", False)]


@pytest.mark.parametrize(
    ("desk", "path"),
    [
        ("town", "first-review"),
        ("authority", "second-review"),
        ("leader", "approval"),
        ("cashier", "payment"),
    ],
)
async def test_no_desk_is_passed_over(district: District, desk: str, path: str) -> None:
    await district.settle()
    claim = await district.submitted()
    body = {"receipt_no": "B"} if path == "payment" else OPINION

    answer = await district.post(desk, f"/claims/{claim['id']}/{path}", body)

    assert problem(answer) == (409, "step-not-allowed")
    assert (await district.claim(claim["id"]))["status"] == "submitted"


async def test_publicity_runs_for_seven_days_where_no_district_says_otherwise(district: District) -> None:
    await rule(district.database, "sl.publicity_days", "7", "610703")
    await district.settle()
    await district.budget()
    claim = await district.claim_after("publicity")
    end = f"/claims/{claim['id']}/publicity/end"

    district.clock.advance(timedelta(days=7))
    early = await district.post("publisher", end, OPINION)
    district.clock.advance(timedelta(days=1))
    ended = await district.post("publisher", end, OPINION)

    assert (claim["publicity_over_on"], claim["due_on"]) == ("2026-03-10", "2026-03-09")
    assert problem(early) == (409, "publicity-still-running")
    assert ended.json()["publicity_ended_on"] == "2026-03-10"


async def test_nothing_is_approved_before_its_publicity_has_ended(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("publicity")

    answer = await district.post("leader", f"/claims/{claim['id']}/approval", OPINION)

    assert problem(answer) == (409, "publicity-not-ended")


async def test_an_upheld_objection_sends_the_claim_back_and_its_amount_is_open_again(
    district: District,
) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("publicity")
    objection = {"decision": "return", "opinion": "业主异议成立"}

    returned = await district.post("publisher", f"/claims/{claim['id']}/publicity/end", objection)

    assert (returned.json()["status"], returned.json()["amount_fen"]) == ("returned", None)


@pytest.mark.parametrize(
    ("area", "desk", "more", "expected"),
    [
        (5_050_505, "leader", {}, (200, "approved")),  # 50,000.00 yuan exactly
        (5_050_506, "leader", {}, (403, "beyond-approval-limit")),
        (5_050_600, "leader", {"meeting_no": "M1"}, (403, "beyond-approval-limit")),
        (5_050_600, "district", {}, (200, "approved")),
        (25_000_000, "district", {}, (403, "beyond-approval-limit")),
        (25_000_000, "district", {"meeting_no": "M1"}, (200, "approved")),
    ],
)
async def test_each_role_approves_up_to_its_limit(
    district: District, area: int, desk: str, more: dict[str, str], expected: tuple[int, str]
) -> None:
    await district.settle(area=area)
    await district.budget()
    claim = await district.claim_after("publicity/end")

    answer = await district.post(desk, f"/claims/{claim['id']}/approval", {**OPINION, **more})

    if expected[0] == 200:
        assert (answer.status_code, answer.json()["status"]) == expected
    else:
        assert problem(answer) == expected
        assert not any(isinstance(e, SubsidyCommitted) for e in await recorded_events(district.database))


async def test_a_claim_of_another_company_is_not_to_be_seen(
    district: District, client: httpx.AsyncClient
) -> None:
    await district.settle()
    claim = await district.submitted()
    stranger = as_role(Role.PROJECT_MANAGER, "610703", person="stranger", org=OTHER_ORG)

    shown = await client.get(f"/api/subsidy-ledger/claims/{claim['id']}", headers=stranger)
    listed = await client.get("/api/subsidy-ledger/claims", headers=stranger)

    assert problem(shown) == (404, "claim-not-found")
    assert listed.json()["items"] == []


@pytest.mark.parametrize("territory", ["610703001002", "610703002"])
async def test_a_claim_of_another_territory_is_not_to_be_seen(
    district: District, client: httpx.AsyncClient, territory: str
) -> None:
    await district.settle()
    claim = await district.submitted()
    role = Role.COMMUNITY_WORKER if len(territory) == 12 else Role.TOWN_OFFICER
    path = "check" if len(territory) == 12 else "first-review"

    answer = await client.post(
        f"/api/subsidy-ledger/claims/{claim['id']}/{path}", json=OPINION, headers=as_role(role, territory)
    )

    assert problem(answer) == (404, "claim-not-found")


async def test_a_stale_version_is_not_decided_on(district: District) -> None:
    await district.settle()
    claim = await district.submitted()

    answer = await district.post("community", f"/claims/{claim['id']}/check", OPINION, **{"if-match": '"1"'})

    assert problem(answer) == (412, "precondition-failed")


async def test_the_same_request_sent_twice_pays_once(district: District) -> None:
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("accrual")
    path, body, key = f"/claims/{claim['id']}/payment", {"receipt_no": "B1"}, {"idempotency-key": "pay-1"}

    first = await district.post("cashier", path, body, **key)
    again = await district.post("cashier", path, body, **key)

    assert (first.status_code, again.content) == (200, first.content)
    assert (await district.quota(budget["id"]))["spent"] == claim["amount_fen"]


async def test_every_desk_has_its_working_days(district: District) -> None:
    await district.settle()
    await district.budget()

    claim = await district.submitted()
    dues = [claim["due_on"]]
    for desk, path, body in (
        ("community", "check", OPINION),
        ("town", "first-review", OPINION),
        ("authority", "second-review", OPINION),
    ):
        dues.append((await district.post(desk, f"/claims/{claim['id']}/{path}", body)).json()["due_on"])

    assert dues == ["2026-03-09", "2026-03-09", "2026-03-16", "2026-03-16"]


@pytest.mark.parametrize(
    "changes",
    [
        {"first_month": "2026-13"},
        {"first_month": "2026-02", "last_month": "2026-01"},
        {"first_month": "2024-01", "last_month": "2026-01"},
        {"bank_account": "not digits"},
        {"common_income_fen": -1},
        {"common_income_fen": 1.5},
        {"payee": "short"},
        {"more": 1},
    ],
)
async def test_a_form_that_cannot_be_is_refused(district: District, changes: dict[str, object]) -> None:
    await district.settle()

    answer = await district.post("manager", "/claims", district.form(**changes))

    assert problem(answer) == (422, "invalid-input")


async def test_an_unknown_claim_is_not_found(district: District) -> None:
    assert problem(await district.get(f"/claims/{new_id()}")) == (404, "claim-not-found")
