"""Entering, the open list, the credit file: through HTTP, read back from the database and the journal."""

from typing import Any

import httpx
import pytest
from credit_samples import API, ORG, TODAY, Record, liable

from credit_rating.companies.storage import GET_OPEN, company_of
from credit_rating.main import SERVICE
from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged
from shared.identity import Role
from shared.kernel import Actor
from shared.storage import Database, Occasion
from shared.testing import SettableClock, as_role, deliver, recorded_events

OTHER = "91610703MA6YT3K7X1"
THIRD = "91610703MAB0H9Q268"
EARLY_CODE = "91610703MA6YW8X13P"


async def stored(database: Database, org: str) -> Any:  # noqa: ANN401 - a company, or None
    async with database.read(Occasion(actor=Actor.system("test"), now=SettableClock().now)) as work:
        row = await work.fetch_one(GET_OPEN, org=org)
        return None if row is None else company_of(row)


async def test_a_company_that_passes_gets_a_file_and_everybody_is_told(
    database: Database, company: dict[str, Any]
) -> None:
    kept = await stored(database, ORG)

    assert company == {
        "org": ORG,
        "name": "南郑安居物业服务有限公司",
        "kind": "legal_person",
        "territory": "610703",
        "score_tenths": 0,
        "grade": "B",
        "rated": False,
        "scheme": "NZ-DEFAULT-1",
        "scored_on": TODAY.isoformat(),
        "version": 2,
    }
    assert (kept.name, kept.version, kept.entered_by) == ("南郑安居物业服务有限公司", 2, "zhang")
    assert await recorded_events(database) == [
        CompanyEntered(org=ORG, company_name="南郑安居物业服务有限公司", territory="610703", warnings=[]),
        CreditGradeChanged(
            org=ORG,
            score_tenths=0,
            old_grade=None,
            new_grade="B",
            rated=False,
            scheme="NZ-DEFAULT-1",
            effective_on=TODAY,
        ),
    ]


async def test_a_refusal_names_all_reasons_and_keeps_the_sheet_and_nothing_else(
    client: httpx.AsyncClient, database: Database, officer: dict[str, str], application: dict[str, Any]
) -> None:
    unfit = {**application, "org": EARLY_CODE, "registry_status": "moved_out", "business_scope": "餐饮服务"}

    refused = await client.post(f"{API}/companies", json=unfit, headers={**officer, "accept-language": "en"})

    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "/api/problems/entry-refused")
    assert [(error["code"], error["pointer"]) for error in problem["errors"]] == [
        ("E-01", "#/org"),
        ("E-01", "#/registry_status"),
        ("E-01", "#/business_scope"),
    ]
    assert await stored(database, EARLY_CODE) is None
    assert await recorded_events(database) == []
    page = (await client.get(f"{API}/entry-sheets?org={EARLY_CODE}", headers=officer)).json()
    [sheet] = page["items"]
    assert sheet["id"] in problem["detail"]
    assert (sheet["result"], sheet["purpose"], len(sheet["findings"])) == ("block", "entry", 5)
    assert (await client.get(f"{API}/entry-sheets/{sheet['id']}", headers=officer)).json() == sheet


async def test_an_early_code_enters_on_proof_with_a_warning(
    client: httpx.AsyncClient, database: Database, officer: dict[str, str], application: dict[str, Any]
) -> None:
    early = {**application, "org": EARLY_CODE, "check_override": True, "registry_proof": "登记机关证明"}

    response = await client.post(f"{API}/companies", json=early, headers=officer)

    assert response.status_code == 201
    [entered, _] = await recorded_events(database)
    assert isinstance(entered, CompanyEntered)
    assert entered.warnings == ["E-01"]


async def test_a_branch_of_a_blacklisted_company_may_not_enter(
    client: httpx.AsyncClient,
    officer: dict[str, str],
    application: dict[str, Any],
    company: dict[str, Any],
    effective: Record,
) -> None:
    await effective("X01")
    branch = {
        **application,
        "org": OTHER,
        "kind": "branch",
        "parent_org": company["org"],
        "parent_authority": "授权书",
    }

    response = await client.post(f"{API}/companies", json=branch, headers=officer)

    assert [error["code"] for error in response.json()["errors"]] == ["E-02", "E-03"]


async def test_a_company_enters_once(
    client: httpx.AsyncClient, officer: dict[str, str], application: dict[str, Any], company: dict[str, Any]
) -> None:
    again = await client.post(
        f"{API}/companies", json={**application, "org": company["org"].lower()}, headers=officer
    )

    assert (again.status_code, again.json()["type"]) == (409, "/api/problems/company-entered-already")


async def test_a_company_office_enters_its_own_company_only(
    client: httpx.AsyncClient, application: dict[str, Any]
) -> None:
    office = as_role(Role.COMPANY_OFFICE, org=ORG)

    other = await client.post(f"{API}/companies", json={**application, "org": OTHER}, headers=office)
    own = await client.post(f"{API}/companies", json=application, headers=office)

    assert (other.status_code, other.json()["type"]) == (403, "/api/problems/not-your-company")
    assert own.status_code == 201


async def test_nobody_enters_a_company_in_a_foreign_district(
    client: httpx.AsyncClient, officer: dict[str, str], application: dict[str, Any]
) -> None:
    response = await client.post(
        f"{API}/companies", json={**application, "territory": "610702"}, headers=officer
    )

    assert (response.status_code, response.json()["type"]) == (403, "/api/problems/outside-territory")


async def test_everybody_may_see_grades_and_only_those_concerned_the_file(
    client: httpx.AsyncClient, company: dict[str, Any]
) -> None:
    open_view = await client.get(f"{API}/companies/{ORG}")
    nobody = await client.get(f"{API}/companies/{ORG}/file")
    unknown = await client.get(f"{API}/companies/{OTHER}")

    assert open_view.json() == company
    assert nobody.status_code == 401
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/api/problems/company-not-found")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (as_role(Role.TOWN_OFFICER, "610703001"), 200),
        (as_role(Role.AUTHORITY_OFFICER, "610703"), 200),
        (as_role(Role.SUPERVISOR, "61"), 200),
        (as_role(Role.AUTHORITY_OFFICER, "610702"), 404),
        (as_role(Role.TOWN_OFFICER, "610702001"), 404),
        (as_role(Role.COMPANY_OFFICE, org=ORG), 200),
        (as_role(Role.PROJECT_MANAGER, org=ORG), 200),
        (as_role(Role.COMPANY_OFFICE, org=OTHER), 403),
        (as_role(Role.PROJECT_MANAGER), 403),
        (as_role(Role.OWNER), 403),
    ],
)
@pytest.mark.parametrize("part", ["file", "items"])
async def test_the_file_is_for_its_company_and_for_those_on_its_ground(
    client: httpx.AsyncClient, company: dict[str, Any], headers: dict[str, str], status: int, part: str
) -> None:
    response = await client.get(f"{API}/companies/{company['org']}/{part}", headers=headers)

    assert response.status_code == status


async def test_the_list_is_filtered_and_turned_page_by_page(
    client: httpx.AsyncClient,
    officer: dict[str, str],
    application: dict[str, Any],
    company: dict[str, Any],
    effective: Record,
) -> None:
    for org, name in ((OTHER, "南郑百分百%物业"), (THIRD, "汉山物业")):
        entry = {**application, "org": org, "company_name": name}
        assert (await client.post(f"{API}/companies", json=entry, headers=officer)).status_code == 201
    await effective("B01")

    async def orgs(query: str) -> list[str]:
        page = (await client.get(f"{API}/companies?{query}")).json()
        found = [view["org"] for view in page["items"]]
        if page["next_cursor"]:
            found += await orgs(f"{query}&cursor={page['next_cursor']}")
        return found

    assert await orgs("limit=1") == [company["org"], THIRD, OTHER]
    assert await orgs("limit=1&sort=score_tenths") == [OTHER, THIRD, company["org"]]
    assert await orgs("limit=1&sort=org") == sorted([company["org"], OTHER, THIRD])
    assert await orgs("limit=2&name=南郑") == [company["org"], OTHER]
    assert await orgs("name=%25") == [OTHER]
    assert await orgs("grade=B&standing=unrated") == [company["org"], THIRD, OTHER]
    assert await orgs("grade=AAA") == []
    assert await orgs("standing=rated") == []


async def test_a_company_of_grade_c_may_be_selected_but_not_take_over_first(
    client: httpx.AsyncClient,
    officer: dict[str, str],
    rated: dict[str, Any],
    effective: Record,
) -> None:
    await effective("D01", fact_key="check:1")

    async def checked(purpose: str) -> str:
        response = await client.post(
            f"{API}/companies/{rated['org']}/selection-checks", json={"purpose": purpose}, headers=officer
        )
        assert response.status_code == 201
        result: str = response.json()["result"]
        return result

    assert [await checked("selection"), await checked("take_over_first")] == ["pass", "block"]


async def test_what_happened_before_a_company_enters_waits_for_it(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    officer: dict[str, str],
    application: dict[str, Any],
) -> None:
    await deliver(SERVICE, database, liable(), now=clock(), times=2)
    await deliver(SERVICE, database, liable(case=33), now=clock())
    assert await recorded_events(database) == []

    await client.post(f"{API}/companies", json=application, headers=officer)

    file = (await client.get(f"{API}/companies/{ORG}/file", headers=officer)).json()
    items = [(item["code"], item["counted_tenths"], item["recorder_unit"]) for item in file["items"]]
    assert items == [("D27", 15, "system"), ("D27", 10, "system")]
    names = [event.name.split(".")[2] for event in await recorded_events(database)]
    assert names == ["CompanyEntered", "CreditItemRecorded", "CreditItemRecorded", "CreditGradeChanged"]


async def test_a_repeated_request_gets_the_first_answer_also_for_a_refusal(
    client: httpx.AsyncClient, officer: dict[str, str], application: dict[str, Any]
) -> None:
    headers = {**officer, "idempotency-key": "entry-1"}
    unfit = {**application, "registry_status": "moved_out"}

    first = await client.post(f"{API}/companies", json=unfit, headers=headers)
    second = await client.post(f"{API}/companies", json=unfit, headers=headers)

    assert (first.status_code, second.status_code) == (409, 409)
    assert first.json() == second.json()
    page = (await client.get(f"{API}/entry-sheets?org={ORG}", headers=officer)).json()
    assert len(page["items"]) == 1


@pytest.mark.parametrize(
    "address",
    [
        "companies/%00",
        "companies/a%2Fb",
        "companies/%00/file",
        "companies?name=%00",
        "companies?name=",
        "companies?grade=D",
        "companies?cursor=x",
        "companies?limit=0",
        "entry-sheets?org=%00",
        "entry-sheets",
        "entry-sheets/1",
        "schemes/%00",
        "items/1",
        "companies?name=%ED%A0%80%27%22%5C_%25",
    ],
)
async def test_strange_addresses_are_answered_and_never_break_the_service(
    client: httpx.AsyncClient, officer: dict[str, str], address: str
) -> None:
    response = await client.get(f"{API}/{address}", headers=officer)

    assert response.status_code in {200, 400, 404, 422}
    assert response.status_code == 200 or response.json()["type"].startswith("/api/problems/")


@pytest.mark.parametrize(
    "change",
    [
        {"org": "中文"},
        {"org": ""},
        {"company_name": "a\u0000b"},
        {"territory": "6107031"},
        {"check_override": "true"},
        {"registry_status": "fine"},
        {"unknown": 1},
    ],
)
async def test_an_application_that_cannot_be_read_is_invalid_input(
    client: httpx.AsyncClient, officer: dict[str, str], application: dict[str, Any], change: dict[str, Any]
) -> None:
    response = await client.post(f"{API}/companies", json={**application, **change}, headers=officer)

    assert (response.status_code, response.json()["type"]) == (422, "/api/problems/invalid-input")
