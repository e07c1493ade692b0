from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import httpx
import pytest

from estate_registry.imports import chunks
from shared.contracts.estate_registry import EstateProfileUpdated
from shared.identity import Role
from shared.storage import Database
from shared.testing import ServiceDatabase, as_role, recorded_events

ESTATES = "/api/estate-registry/estates"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OUTCOMES = ("taken", "repaired", "refused", "unchanged")
AllEstates = Callable[[], Awaitable[list[dict[str, Any]]]]
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def counts(view: dict[str, Any]) -> tuple[int, ...]:
    assert view["rows"] == view["done"] == sum(view[outcome] for outcome in OUTCOMES)
    return tuple(view[outcome] for outcome in OUTCOMES)


def listing(rows: int, *, first: int = 0) -> bytes:
    lines = (f"{n},第{n}小区,汉山路{n}号,1990,{n % 9 + 1}" for n in range(first, first + rows))
    return "\n".join(["编号,名称,地址,建成年份,楼栋数", *lines]).encode()


async def test_the_acting_person_of_an_import_stands_in_the_journal(
    take_in: TakeIn, service_database: ServiceDatabase
) -> None:
    view = await take_in(listing(2), territory="610703001", headers=TOWN_OFFICER)

    connection = await asyncpg.connect(service_database.admin_dsn)
    rows = await connection.fetch("SELECT DISTINCT person, role, reason FROM estate_registry.journal")
    await connection.close()
    assert [tuple(row) for row in rows] == [("person-R09", "R09", f"import {view['id']}")]


async def test_a_changed_list_updates_what_it_states(
    take_in: TakeIn, database: Database, all_estates: AllEstates
) -> None:
    await take_in(
        "编号,名称,户数,建成年份\n1,汉山小区,100,1990\n2,城东小区,50,1991\n".encode(), territory="610703001"
    )

    view = await take_in("编号,名称,户数\n1,汉山小区,120户\n2,城东小区,50\n".encode(), territory="610703001")

    assert counts(view) == (0, 1, 0, 1)
    found = {estate["name"]: estate for estate in await all_estates()}
    assert (found["汉山小区"]["households"], found["汉山小区"]["year_built"]) == (120, 1990)
    updates = [event for event in await recorded_events(database) if isinstance(event, EstateProfileUpdated)]
    assert [update.changed for update in updates] == [["households"]]


async def test_an_estate_changed_by_hand_is_not_set_back_by_the_same_list(
    client: httpx.AsyncClient, take_in: TakeIn, all_estates: AllEstates
) -> None:
    await take_in(listing(1), territory="610703001")
    estate = (await all_estates())[0]
    await client.patch(f"{ESTATES}/{estate['id']}", json={"households": 77}, headers=OFFICER)

    assert counts(await take_in(listing(1), territory="610703001")) == (0, 0, 0, 1)

    assert (await all_estates())[0]["households"] == 77


async def test_another_source_s_row_finds_the_estate_that_is_there(
    take_in: TakeIn, make_estate: Callable[..., Awaitable[dict[str, Any]]], all_estates: AllEstates
) -> None:
    estate = await make_estate(name="汉山小区", address="汉山路1号", households=100)
    content = "编号,名称,地址,户数\nX9,汉山小区,汉山路１号,500\n".encode()

    first = await take_in(content, territory="610703001", source="别处")
    second = await take_in(content, territory="610703001", source="别处")

    assert (counts(first), counts(second)) == ((0, 0, 0, 1), (0, 0, 0, 1))
    assert await all_estates() == [estate]


async def test_the_same_row_twice_in_one_list_is_registered_once(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, all_estates: AllEstates
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 1)
    content = "名称,地址\n汉山小区,1号\n汉山小区,1号\n汉山小区,2号\n".encode()

    first = await take_in(content, territory="610703001")
    second = await take_in(content, territory="610703001")

    assert (counts(first), counts(second)) == ((1, 1, 1, 0), (0, 0, 1, 2))
    assert len(await all_estates()) == 2


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig", "utf-16"])
async def test_the_list_is_read_in_any_encoding(
    take_in: TakeIn, encoding: str, all_estates: AllEstates
) -> None:
    await take_in(listing(2).decode().encode(encoding), territory="610703001")

    assert [estate["name"] for estate in await all_estates()] == ["第0小区", "第1小区"]
