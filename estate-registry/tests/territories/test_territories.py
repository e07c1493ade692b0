import httpx
import pytest

from estate_registry.main import SERVICE
from shared.storage import Database
from shared.testing import SettableClock

URL = "/api/estate-registry/territories"


async def test_a_territory_is_open_to_everyone(client: httpx.AsyncClient) -> None:
    response = await client.get(f"{URL}/610703001001")

    assert response.status_code == 200
    assert response.json() == {
        "code": "610703001001",
        "name": "城东社区居委会",
        "parent": "610703001",
        "level": "community",
        "kind": "community",
        "valid_from": "2023-06-30",
        "valid_to": None,
        "source": "国家统计局 统计用区划代码 2023-06-30",
    }


async def test_the_district_has_its_streets_towns_and_the_park(client: httpx.AsyncClient) -> None:
    items = (await client.get(f"{URL}/610703/children")).json()["items"]

    assert len(items) == 23
    assert (items[0]["code"], items[0]["name"]) == ("610703001", "汉山街道")
    assert [item["kind"] for item in items].count("functional_area") == 1


async def test_the_children_come_page_by_page(client: httpx.AsyncClient) -> None:
    first = (await client.get(f"{URL}/610703/children?limit=20")).json()
    second = (await client.get(f"{URL}/610703/children?limit=20&cursor={first['next_cursor']}")).json()

    codes = [item["code"] for item in first["items"] + second["items"]]
    assert (len(codes), codes) == (23, sorted(codes))
    assert second["next_cursor"] is None


async def test_the_path_leads_from_the_nation_down(client: httpx.AsyncClient) -> None:
    names = [item["name"] for item in (await client.get(f"{URL}/610703102006/path")).json()]

    assert names == ["中华人民共和国", "陕西省", "汉中市", "南郑区", "大河坎镇", "渔营社区居委会会"]


@pytest.mark.parametrize(
    ("name", "level", "found"),
    [
        ("大河坎", None, ["610703102", "610703102001"]),
        ("大河坎", "town", ["610703102"]),
        ("坎镇", None, ["610703102"]),
        ("汉 山街", None, ["610703001"]),
        ("不存在", None, []),
        ("", "district", ["610703"]),
        ("%", "district", ["610703"]),
    ],
)
async def test_a_territory_is_found_by_any_part_of_its_name(
    client: httpx.AsyncClient, name: str, level: str | None, found: list[str]
) -> None:
    params = {"name": name} if level is None else {"name": name, "level": level}

    response = await client.get(URL, params=params)

    assert [item["code"] for item in response.json()["items"]] == found


async def test_all_336_codes_of_the_district_are_there(client: httpx.AsyncClient) -> None:
    count = 0
    cursor: str | None = ""
    while cursor is not None:
        page = (await client.get(URL, params={"limit": 200} | ({"cursor": cursor} if cursor else {}))).json()
        count += sum(1 for item in page["items"] if item["code"].startswith("610703"))
        cursor = page["next_cursor"]

    # The list of 2023 and the park, which has a local code.
    assert count == 336 + 1


@pytest.mark.parametrize("path", ["/999999", "/999999/path"])
async def test_an_unknown_code_is_not_found(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(URL + path, headers={"accept-language": "en"})

    assert (response.status_code, response.json()["type"]) == (404, "/api/problems/territory-unknown")


async def test_a_second_seeding_changes_nothing(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    before = (await client.get(URL, params={"limit": 200})).json()

    await SERVICE.put_reference_data(database, clock=clock)

    assert (await client.get(URL, params={"limit": 200})).json() == before
