from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from shared.identity import Role
from shared.testing import as_role

URL = "/api/estate-registry/estates"
WORKER = as_role(Role.COMMUNITY_WORKER, "610703001001")
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


async def test_buildings_that_add_up_give_no_note(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate(buildings=2, households=60, area_m2x100=480_000)
    rows = [
        {"no": "2", "floors": 6, "entrances": 2, "households": 24, "area_m2x100": 192_000},
        {"no": "1", "floors": 6, "entrances": 3, "households": 36, "area_m2x100": 288_000},
    ]

    response = await client.put(f"{URL}/{estate['id']}/buildings", json={"buildings": rows}, headers=WORKER)

    stored = (await client.get(f"{URL}/{estate['id']}/buildings")).json()
    assert stored == response.json()
    assert stored == {
        "estate_id": estate["id"],
        "buildings": [rows[1], rows[0]],
        "quality_notes": [],
        "version": 2,
    }


async def test_what_does_not_add_up_is_noted_and_left_to_a_person(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate(buildings=3, households=50, area_m2x100=100)
    rows = [{"no": "1", "households": 24}, {"no": "2", "households": 24, "area_m2x100": 90}]

    response = await client.put(
        f"{URL}/{estate['id']}/buildings",
        json={"buildings": rows},
        headers={**WORKER, "accept-language": "en"},
    )

    notes = [(note["field"], note["stated"], note["counted"]) for note in response.json()["quality_notes"]]
    # The area of one building is not known: a sum with a gap in it contradicts nothing.
    assert notes == [("buildings", 3, 2), ("households", 50, 48)]
    assert "correct one" in response.json()["quality_notes"][0]["note"]
    assert (await client.get(f"{URL}/{estate['id']}")).json()["households"] == 50


async def test_a_second_list_replaces_the_first(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()
    url = f"{URL}/{estate['id']}/buildings"
    await client.put(url, json={"buildings": [{"no": "1"}, {"no": "2"}]}, headers=WORKER)

    response = await client.put(url, json={"buildings": [{"no": "3"}]}, headers=WORKER)

    assert [row["no"] for row in response.json()["buildings"]] == ["3"]


async def test_a_number_named_twice_is_refused(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()

    response = await client.put(
        f"{URL}/{estate['id']}/buildings", json={"buildings": [{"no": "1"}, {"no": " 1 "}]}, headers=WORKER
    )

    assert response.status_code == 422
