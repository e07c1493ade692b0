from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from shared.contracts.estate_registry import EstateRegistered
from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role, recorded_events

ESTATES = "/api/estate-registry/estates"
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OUTCOMES = ("taken", "repaired", "refused", "unchanged")
AllEstates = Callable[[], Awaitable[list[dict[str, Any]]]]
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def counts(view: dict[str, Any]) -> tuple[int, ...]:
    assert view["rows"] == view["done"] == sum(view[outcome] for outcome in OUTCOMES)
    return tuple(view[outcome] for outcome in OUTCOMES)


async def test_the_beijing_list_is_taken_whole(
    client: httpx.AsyncClient, take_in: TakeIn, real_list: Callable[[str], bytes], database: Database
) -> None:
    content = real_list("estates-beijing.psv")

    view = await take_in(content, territory="610703001", source="北京")
    again = await take_in(content, territory="610703001", source="北京")

    assert (view["format"], view["rows"]) == ("psv", 510)
    assert {column["found_by"] for column in view["columns"]} == {"shape"}
    assert counts(view) == (0, 510, 0, 0)
    assert counts(again) == (0, 0, 0, 510)
    registered = [event for event in await recorded_events(database) if isinstance(event, EstateRegistered)]
    assert all(event.year_built and event.buildings and event.households for event in registered)
    found = (await client.get(ESTATES, params={"name": "隆都市馨"})).json()["items"]
    assert [
        (
            one["year_built"],
            one["buildings"],
            one["households"],
            one["stated_fee_low_fen"],
            one["stated_fee_high_fen"],
        )
        for one in found
    ] == [(2002, 21, 3244, 50, 168)]


async def test_the_xian_list_is_sifted_from_its_offices(
    take_in: TakeIn, real_list: Callable[[str], bytes], all_estates: AllEstates
) -> None:
    content = real_list("estates-xian-poi.csv")

    view = await take_in(content, territory="610703002", source="西安")
    again = await take_in(content, territory="610703002", source="西安")

    taken, repaired, refused, unchanged = counts(view)
    assert (view["encoding"], view["rows"], unchanged) == ("utf-8-sig", 2685, 0)
    # 929 offices, parks and community centres, and one estate that is there twice.
    assert refused == 930
    assert counts(again) == (0, 0, refused, taken + repaired)
    names = {estate["name"] for estate in await all_estates()}
    assert not any(name.endswith("写字楼") for name in names)
