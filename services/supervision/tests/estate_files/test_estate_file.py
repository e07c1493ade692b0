"""The page of facts of an estate, read by HTTP after everything was told, each message twice."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from supervision_samples import (
    API,
    ASSIGNMENT,
    CASE,
    CODE,
    CONTRACT,
    CUSTODY,
    DONE_ITEM,
    ESTATE,
    EVERYTHING,
    LATE_ITEM,
    ORG,
    OVERDUE_ITEM,
    REJECTED,
    REOPENED,
    REPEAT,
    TOWN_UNIT,
    Hear,
    estate_registered,
    nth,
)

from shared.contracts import CATALOGUE
from shared.contracts.supervision import CircularPublished
from shared.identity import Role
from shared.kernel import new_id
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver

FILES = f"{API}/estate-files"
OFFICER = as_role(Role.AUTHORITY_OFFICER)


async def read(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(f"{FILES}/{ESTATE}", headers=OFFICER)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
async def page(client: httpx.AsyncClient, hear: Hear) -> dict[str, Any]:
    await hear(*EVERYTHING)
    return await read(client)


def test_every_fact_of_the_catalogue_is_listened_to_but_our_own(service: Service) -> None:
    assert set(service.subscriptions) == set(CATALOGUE.values()) - {CircularPublished}


def test_the_page_shows_the_latest_profile_of_the_estate(page: dict[str, Any]) -> None:
    assert page["estate"] == {
        "id": str(ESTATE),
        "code": CODE,
        "territory": "610703001001",
        "name": "和平家园",
        "year_built": 1996,
        "area_m2x100": 1_000_000,
        "households": 130,
        "buildings": 4,
        "three_no": False,
        "registered_on": "2026-01-05",
    }


def test_a_mode_that_was_planned_and_overtaken_is_no_part_of_the_history(page: dict[str, Any]) -> None:
    history = [(mode["mode"], mode["starts_on"], mode["ends_on"]) for mode in page["modes"]]

    assert history == [
        ("standard_property", "2026-02-01", None),
        ("community_management", "2026-01-01", "2026-02-01"),
    ]
    assert page["mode"] == page["modes"][0]


def test_the_page_shows_who_answers_and_answered_for_the_estate(page: dict[str, Any]) -> None:
    assert page["operators"] == [
        {
            "assignment_id": str(ASSIGNMENT),
            "kind": "company",
            "org": ORG,
            "custodian": None,
            "contract_id": str(CONTRACT),
            "starts_on": "2026-02-01",
            "ends_on": None,
            "reason": None,
        },
        {
            "assignment_id": str(CUSTODY),
            "kind": "custody",
            "org": None,
            "custodian": "610703001001:community",
            "contract_id": None,
            "starts_on": "2026-01-01",
            "ends_on": "2026-02-01",
            "reason": "签约",
        },
    ]
    assert page["operator"] == page["operators"][0]
    assert [contract["contract_no"] for contract in page["contracts"]] == ["HT-1"]


def test_the_page_shows_grade_and_credit_items_of_the_company(page: dict[str, Any]) -> None:
    items = page["company"].pop("credit_items")

    assert page["company"] == {
        "org": ORG,
        "name": "安居物业",
        "grade": "AA",
        "score_tenths": 850,
        "rated": True,
        "scheme": "NZ-DEFAULT-1",
        "graded_on": "2026-03-02",
    }
    assert [(item["code"], item["revoked"]) for item in items] == [("D31", True), ("D27", False)]


def test_the_page_counts_the_complaints_and_shows_the_latest(page: dict[str, Any]) -> None:
    latest = page["complaints"].pop("latest")

    assert page["complaints"] == {
        "received": 0,
        "accepted": 1,
        "open": 1,
        "overdue": 0,
        "resolved": 1,
        "resolved_on_time": 0,
        "rejected": 1,
        "merged": 1,
        "liability_confirmed": 1,
    }
    assert [(case["id"], case["state"], case["late"]) for case in latest] == [
        (str(REOPENED), "accepted", False),
        (str(REJECTED), "rejected", False),
        (str(REPEAT), "merged", False),
        (str(CASE), "resolved", True),
    ]
    assert (latest[3]["liable_org"], latest[3]["score"], latest[2]["master_id"]) == (ORG, 4, str(CASE))


def test_the_page_shows_meetings_and_how_the_duties_stand(page: dict[str, Any]) -> None:
    latest = page["items"].pop("latest")

    assert [(meeting["units"], meeting["cases"]) for meeting in page["meetings"]] == [([TOWN_UNIT], 2)]
    assert page["items"] == {"open": 1, "overdue": 1, "verified": 2, "verified_on_time": 1}
    assert {item["id"]: (item["state"], item["stage"], item["overdue"]) for item in latest} == {
        str(OVERDUE_ITEM): ("open", "plus_5", True),
        str(DONE_ITEM): ("verified", None, False),
        str(LATE_ITEM): ("verified", "due", False),
    }


def test_the_page_sums_the_money_and_counts_the_orders(page: dict[str, Any]) -> None:
    claims = page["subsidies"].pop("claims")

    assert page["subsidies"] == {
        "applied_fen": 500_000,
        "committed_fen": 450_000,
        "disbursed_fen": 450_000,
        "budgets": [
            {
                "programme": "P02",
                "year": 2026,
                "used_percent": 95,
                "approved_fen": 500_000,
                "used_fen": 480_000,
            }
        ],
    }
    assert [(claim["claim_no"], claim["step"], claim["disbursed_fen"]) for claim in claims] == [
        ("P02-1", "approval", 450_000)
    ]
    assert page["orders"] == {"total": 1, "by_kind": {"complaint": 1}}


async def test_a_mode_holds_from_its_day_on_without_another_fact(
    client: httpx.AsyncClient, clock: SettableClock, hear: Hear
) -> None:
    await hear(*EVERYTHING)
    clock.now -= timedelta(days=40)

    before = await read(client)

    assert (before["mode"]["mode"], before["operator"]["kind"]) == ("community_management", "custody")
    assert before["company"] is None


async def test_an_estate_of_another_town_is_not_shown(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(estate_registered())

    answer = await client.get(f"{FILES}/{ESTATE}", headers=as_role(Role.TOWN_OFFICER, "610703002"))

    assert answer.status_code == 404
    assert answer.json()["type"] == "/api/problems/estate-file-not-found"


async def test_a_company_sees_the_estates_it_answers_for_today_and_no_others(
    client: httpx.AsyncClient, clock: SettableClock, hear: Hear
) -> None:
    await hear(*EVERYTHING)
    await hear(estate_registered(nth(0, 2), code="610703001-0002-7"))
    manager = as_role(Role.PROJECT_MANAGER, org=ORG)
    stranger = as_role(Role.COMPANY_OFFICE, org="91110000802100433B")

    own = (await client.get(FILES, headers=manager)).json()["items"]
    address = f"{FILES}/{ESTATE}"

    assert [row["id"] for row in own] == [str(ESTATE)]
    assert (await client.get(address, headers=manager)).status_code == 200
    for headers in (stranger, as_role(Role.COMPANY_OFFICE)):
        assert (await client.get(address, headers=headers)).status_code == 404
        assert (await client.get(FILES, headers=headers)).json()["items"] == []
    clock.now -= timedelta(days=40)
    assert (await client.get(address, headers=manager)).status_code == 404


async def test_a_read_waits_for_the_fact_its_token_names(
    client: httpx.AsyncClient, service: Service, database: Database, clock: SettableClock
) -> None:
    message = await deliver(service, database, estate_registered(), now=clock.now)

    registered = "nz.estate-registry.EstateRegistered.v1"
    tokens = (
        f"{registered}:{message}",
        f"{registered}:{new_id()}",
        f"nz.elsewhere.Unheard.v1:{new_id()},{registered}:{message}",
    )
    answers = [
        await client.get(f"{FILES}/{ESTATE}", headers=OFFICER | {"consistency-token": token})
        for token in tokens
    ]

    assert [answer.status_code for answer in answers] == [200, 504, 200]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["1", "2", "3"]),
        ({"territory": "610703001"}, ["1", "2"]),
        ({"mode": "standard_property"}, ["1"]),
        ({"operator_kind": "company"}, ["1"]),
        ({"grade": "AA"}, ["1"]),
        ({"grade": "AAA"}, []),
        ({"overdue": "true"}, ["1"]),
        ({"overdue": "false"}, ["2", "3"]),
        ({"mode": "standard_property", "overdue": "true", "territory": "610703"}, ["1"]),
    ],
)
async def test_the_list_is_narrowed_by_what_holds_today(
    client: httpx.AsyncClient, hear: Hear, filters: dict[str, str], found: list[str]
) -> None:
    await hear(*EVERYTHING)
    await hear(
        estate_registered(nth(0, 2), code="610703001-0002-7"),
        estate_registered(nth(0, 3), code="610703002-0003-5", territory="610703002001"),
    )

    page = (await client.get(FILES, params=filters, headers=OFFICER)).json()

    assert [row["code"][10:14].lstrip("0") for row in page["items"]] == found


async def test_a_row_tells_what_is_open_and_overdue(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(*EVERYTHING)

    [row] = (await client.get(FILES, headers=OFFICER)).json()["items"]

    assert row == {
        "id": str(ESTATE),
        "code": CODE,
        "territory": "610703001001",
        "name": "和平家园",
        "households": 130,
        "mode": "standard_property",
        "operator_kind": "company",
        "org": ORG,
        "custodian": None,
        "company_name": "安居物业",
        "grade": "AA",
        "complaints_open": 1,
        "complaints_overdue": 0,
        "items_open": 1,
        "items_overdue": 1,
    }


async def test_pages_follow_each_other_without_loss(client: httpx.AsyncClient, hear: Hear) -> None:
    codes = [f"610703001-{number:04d}-0" for number in range(5)]
    for number, code in enumerate(codes):
        await hear(estate_registered(nth(0, number), code=code))

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(FILES, params=params, headers=OFFICER)).json()
        seen += [row["code"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert seen == codes
