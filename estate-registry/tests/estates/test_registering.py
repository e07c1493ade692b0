from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from shared.contracts.estate_registry import (
    EstateRegistered,
    OperatorAssigned,
    ServiceModeChanged,
)
from shared.identity import Role
from shared.kernel import is_estate_code
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
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
        ({"territory": "610703"}, 409, "territory-too-wide"),
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
