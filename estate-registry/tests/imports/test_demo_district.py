from collections import Counter
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

import httpx

from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/estate-imports"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OUTCOMES = ("taken", "repaired", "refused", "unchanged")
DEMO = (files("estate_registry") / "data" / "demo-estates.csv").read_bytes()
AllEstates = Callable[[], Awaitable[list[dict[str, Any]]]]
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def counts(view: dict[str, Any]) -> tuple[int, ...]:
    assert view["rows"] == view["done"] == sum(view[outcome] for outcome in OUTCOMES)
    return tuple(view[outcome] for outcome in OUTCOMES)


async def test_the_demo_district_is_taken_in_repaired_and_accounted_for(
    take_in: TakeIn, database: Database, all_estates: AllEstates
) -> None:
    view = await take_in(DEMO)

    assert (view["state"], view["format"], view["encoding"]) == ("finished", "csv", "utf-8")
    assert (view["rows"], counts(view)) == (42, (1, 36, 5, 0))
    assert {column["header"]: column["field"] for column in view["columns"]}["所属镇街"] == "town"
    estates = {estate["name"]: estate for estate in await all_estates()}
    assert len(estates) == 36  # 37 estates, two of which bear the same name at two addresses.
    garden = estates["天汉花园一期"]
    assert (garden["territory"], garden["year_built"], garden["area_m2x100"]) == (
        "610703001002",
        2004,
        4_374_025,
    )
    assert (garden["stated_fee_low_fen"], garden["stated_fee_high_fen"]) == (50, 80)
    assert garden["operator"]["custodian"] == "610703001002:community"
    kinds = Counter(type(event).__name__ for event in await recorded_events(database))
    assert kinds == {"EstateRegistered": 37, "ServiceModeChanged": 37, "OperatorAssigned": 37}


async def test_a_second_import_of_the_same_list_changes_nothing(
    take_in: TakeIn, database: Database, all_estates: AllEstates
) -> None:
    first = await take_in(DEMO)
    estates, events = await all_estates(), await recorded_events(database)

    second = await take_in(DEMO)

    assert counts(second) == (0, 0, first["refused"], first["taken"] + first["repaired"])
    assert await all_estates() == estates
    assert await recorded_events(database) == events


async def test_every_refused_row_says_why_and_what_to_do(client: httpx.AsyncClient, take_in: TakeIn) -> None:
    view = await take_in(DEMO)

    url = f"{URL}/{view['id']}/findings"
    items: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await client.get(
                url, params={"limit": 50} | ({"cursor": cursor} if cursor else {}), headers=OFFICER
            )
        ).json()
        items += page["items"]
        cursor = page["next_cursor"]

    refusals = {(item["line"], item["kind"]) for item in items if item["action"] == "refused"}
    assert refusals == {
        (16, "type_refused"),
        (19, "no_name"),
        (32, "repeated_place"),
        (44, "repeated_id"),
        (45, "total_row"),
    }
    assert all(item["done"] and item["to_do"] for item in items)
    assert [item["line"] for item in items] == sorted(item["line"] for item in items)
    by_line = {(item["line"], item["field"]): item for item in items}
    assert by_line[17, "households"]["action"] == "left_out"
    assert by_line[39, "year_built"]["kind"] == "implausible"
    assert by_line[3, "households"]["estate_code"].startswith("610703001-0001-")
