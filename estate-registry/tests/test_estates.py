from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    ServiceModeChanged,
)
from shared.identity import Role
from shared.kernel import is_estate_code
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/estates"
PROBLEM = "urn:gongzhi:problem:"
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OTHER_TOWN = as_role(Role.TOWN_OFFICER, "610703002")
COMMUNITY_WORKER = as_role(Role.COMMUNITY_WORKER, "610703001001")

MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


async def test_a_registered_estate_has_code_mode_and_custodian_and_everyone_hears_of_it(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate(
        name="汉山小区",
        address="汉山路1号",
        year_built=1998,
        area_m2x100=960_050,
        buildings=4,
        households=120,
    )

    assert is_estate_code(estate["code"])
    assert estate == {
        "id": estate["id"],
        "code": "610703001-0001-4",
        "territory": "610703001001",
        "name": "汉山小区",
        "address": "汉山路1号",
        "year_built": 1998,
        "area_m2x100": 960_050,
        "buildings": 4,
        "households": 120,
        "three_no": False,
        "stated_fee_low_fen": None,
        "stated_fee_high_fen": None,
        "stated_operator": None,
        "mode": "community_management",
        "operator": {"kind": "custody", "org": None, "custodian": "610703001001:community"},
        "registered_on": "2026-03-02",
        "covered_from": "2025-01-01",
        "version": 1,
    }
    assert (await client.get(f"{URL}/{estate['id']}")).json() == estate
    registered, mode, operator = await recorded_events(database)
    assert registered == EstateRegistered(
        estate_id=estate["id"],
        code=estate["code"],
        estate_name="汉山小区",
        territory="610703001001",
        year_built=1998,
        area_m2x100=960_050,
        households=120,
        buildings=4,
        three_no=False,
        registered_on=date(2026, 3, 2),
    )
    assert mode == ServiceModeChanged(
        estate_id=estate["id"],
        old_mode=None,
        new_mode="community_management",
        reason="登记入库",
        effective_from=date(2025, 1, 1),
    )
    assert isinstance(operator, OperatorAssigned)
    assert (operator.kind, operator.custodian, operator.start, operator.end) == (
        "custody",
        "610703001001:community",
        date(2025, 1, 1),
        None,
    )


async def test_an_estate_whose_community_is_not_known_is_kept_by_its_town(make_estate: MakeEstate) -> None:
    estate = await make_estate(territory="610703001")

    assert estate["operator"]["custodian"] == "610703001:town"


async def test_serials_count_within_a_town(make_estate: MakeEstate) -> None:
    codes = [(await make_estate(name=name))["code"] for name in ("一院", "二院", "三院")]

    assert [code[:14] for code in codes] == ["610703001-0001", "610703001-0002", "610703001-0003"]


async def test_the_record_of_an_estate_may_begin_long_ago(make_estate: MakeEstate) -> None:
    assert (await make_estate(service_since="2001-05-01"))["covered_from"] == "2001-05-01"


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        ({"territory": "610703"}, 403, "outside-territory"),
        ({"territory": "610703002001"}, 403, "outside-territory"),
        ({"territory": "610703001999"}, 404, "territory-unknown"),
        ({"service_since": "2026-03-03"}, 409, "service-since-not-earlier"),
        ({"name": " "}, 422, "invalid-input"),
        ({"households": True}, 422, "invalid-input"),
        ({"households": 2**31}, 422, "invalid-input"),
        ({"colour": "red"}, 422, "invalid-input"),
    ],
)
async def test_what_cannot_be_registered_is_refused_and_nothing_is_recorded(
    client: httpx.AsyncClient, database: Database, body: dict[str, object], status: int, problem: str
) -> None:
    given = {"territory": "610703001001", "name": "汉山小区", **body}

    response = await client.post(URL, json=given, headers=TOWN_OFFICER)

    assert (response.status_code, response.json()["type"]) == (status, PROBLEM + problem)
    assert (await client.get(URL)).json()["items"] == []
    assert await recorded_events(database) == []


async def test_an_estate_of_the_district_alone_is_refused(client: httpx.AsyncClient) -> None:
    body = {"territory": "610703", "name": "汉山小区"}

    response = await client.post(URL, json=body, headers=as_role(Role.AUTHORITY_OFFICER))

    assert response.json()["type"] == PROBLEM + "territory-too-wide"


@pytest.mark.parametrize("name", ["汉山小区", "汉山 小区", "汉山小区（）"])
async def test_the_same_name_and_address_is_registered_once(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, name: str
) -> None:
    await make_estate(name="汉山小区", address="汉山路1号")
    before = await recorded_events(database)

    body = {"territory": "610703001002", "name": name, "address": "汉山路 １号"}
    response = await client.post(URL, json=body, headers=TOWN_OFFICER)

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "estate-exists")
    assert await recorded_events(database) == before


async def test_a_changed_profile_is_told_with_the_fields_that_changed(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate(households=100, year_built=1990)

    response = await client.patch(
        f"{URL}/{estate['id']}", json={"households": 120, "year_built": None}, headers=COMMUNITY_WORKER
    )

    changed = estate | {"households": 120, "year_built": None, "version": 2}
    assert (response.status_code, response.json()) == (200, changed)
    assert (await client.get(f"{URL}/{estate['id']}")).json() == changed
    assert (await recorded_events(database))[-1] == EstateProfileUpdated(
        estate_id=estate["id"],
        version=2,
        changed=["year_built", "households"],
        estate_name="汉山小区",
        area_m2x100=0,
        households=120,
        buildings=0,
        three_no=False,
    )


@pytest.mark.parametrize(
    ("change", "headers", "status", "problem"),
    [
        ({"name": "汉山小区"}, TOWN_OFFICER, 409, "nothing-changed"),
        ({}, TOWN_OFFICER, 422, "invalid-input"),
        ({"name": None}, TOWN_OFFICER, 422, "invalid-input"),
        ({"name": "b"}, OTHER_TOWN, 404, "estate-not-found"),
        ({"name": "b"}, {**TOWN_OFFICER, "if-match": '"7"'}, 412, "precondition-failed"),
        ({"name": "b"}, as_role(Role.OWNER), 403, "permission-missing"),
        ({"name": "b"}, {}, 401, "token-missing"),
        ({"name": "别的小区"}, TOWN_OFFICER, 409, "estate-exists"),
    ],
)
async def test_a_refused_change_changes_nothing(  # noqa: PLR0913, PLR0917 - the columns of a table
    client: httpx.AsyncClient,
    make_estate: MakeEstate,
    database: Database,
    change: dict[str, object],
    headers: dict[str, str],
    status: int,
    problem: str,
) -> None:
    estate = await make_estate()
    await make_estate(name="别的小区")
    before = await recorded_events(database)

    response = await client.patch(f"{URL}/{estate['id']}", json=change, headers=headers)

    assert (response.status_code, response.json()["type"]) == (status, PROBLEM + problem)
    assert (await client.get(f"{URL}/{estate['id']}")).json() == estate
    assert await recorded_events(database) == before


async def test_a_list_is_narrowed_by_territory_name_mode_operator_and_flag(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    await make_estate(name="汉山供销小区", three_no=True)
    await make_estate(name="城西粮站家属院", territory="610703001002")
    await make_estate(name="天汉花园", territory="610703001003")

    async def names(**params: object) -> list[str]:
        answer = await client.get(URL, params=params)  # type: ignore[arg-type]  # texts and flags
        assert answer.status_code == 200, answer.text
        return [item["name"] for item in answer.json()["items"]]

    assert await names() == ["汉山供销小区", "城西粮站家属院", "天汉花园"]
    assert await names(territory="610703001002") == ["城西粮站家属院"]
    assert await names(name="家属") == ["城西粮站家属院"]
    assert await names(name="供") == ["汉山供销小区"]
    assert await names(name="属家") == []
    assert await names(three_no="true") == ["汉山供销小区"]
    assert await names(mode="community_management", name="花园") == ["天汉花园"]
    assert await names(operator_kind="company") == []
    assert await names(code="610703001-0003-0") in ([], ["天汉花园"])
    assert await names(territory="610703002") == []


async def test_a_list_comes_page_by_page_in_order(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    for number in range(5):
        await make_estate(name=f"第{number}小区", territory=f"61070300100{4 - number % 4}")

    codes, cursor = [], ""
    while cursor is not None:
        page = (await client.get(URL, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))).json()
        codes += [(item["territory"], item["code"]) for item in page["items"]]
        cursor = page["next_cursor"]

    assert (len(codes), codes) == (5, sorted(codes))


async def test_an_officer_sees_the_estates_of_their_town_alone(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()

    assert (await client.get(URL, headers=OTHER_TOWN)).json()["items"] == []
    assert (await client.get(f"{URL}/{estate['id']}", headers=OTHER_TOWN)).status_code == 404


async def test_the_record_can_be_moved_back_for_an_operator_that_has_long_served(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await client.put(
        f"{URL}/{estate['id']}/service-since", json={"day": "2010-07-01"}, headers=TOWN_OFFICER
    )

    assert response.json() == estate | {"covered_from": "2010-07-01", "version": 2}
    modes = (await client.get(f"{URL}/{estate['id']}/modes")).json()["items"]
    operators = (await client.get(f"{URL}/{estate['id']}/operators")).json()["items"]
    assert [one["start"] for one in (*modes, *operators)] == ["2010-07-01", "2010-07-01"]
    told = (await recorded_events(database))[-1]
    assert isinstance(told, OperatorAssigned)
    assert (str(told.assignment_id), told.start) == (operators[0]["id"], date(2010, 7, 1))


async def test_the_record_cannot_be_moved_forward(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()

    response = await client.put(
        f"{URL}/{estate['id']}/service-since", json={"day": "2025-01-01"}, headers=TOWN_OFFICER
    )

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "service-since-not-earlier")
