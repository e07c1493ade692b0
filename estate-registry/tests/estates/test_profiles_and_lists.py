from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.contracts.estate_registry import (
    EstateProfileUpdated,
)
from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OTHER_TOWN = as_role(Role.TOWN_OFFICER, "610703002")
COMMUNITY_WORKER = as_role(Role.COMMUNITY_WORKER, "610703001001")

MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


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
async def test_a_refused_change_changes_nothing(
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
    garden = await make_estate(name="天汉花园", territory="610703001003")

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
    assert await names(code=garden["code"]) == ["天汉花园"]
    assert await names(territory="610703002") == []


async def test_a_list_comes_page_by_page_in_order(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    for number in range(5):
        await make_estate(name=f"第{number}小区", territory=f"61070300100{4 - number % 4}")

    codes: list[tuple[str, str]] = []
    cursor: str | None = ""
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
