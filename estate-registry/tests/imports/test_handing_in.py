from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, run_due_tasks

URL = "/api/estate-registry/estate-imports"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def listing(rows: int, *, first: int = 0) -> bytes:
    lines = (f"{n},第{n}小区,汉山路{n}号,1990,{n % 9 + 1}" for n in range(first, first + rows))
    return "\n".join(["编号,名称,地址,建成年份,楼栋数", *lines]).encode()


async def test_a_form_is_taken_as_well_as_a_body(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    response = await client.post(
        URL,
        params={"territory": "610703001", "source": "底册"},
        files={"file": ("..\\目录\\小区.csv", listing(3), "text/csv")},
        headers=OFFICER,
    )

    assert response.status_code == 202
    assert response.headers["location"] == f"{URL}/{response.json()['id']}"
    assert (response.json()["state"], response.json()["file_name"]) == ("waiting", "小区.csv")
    await run_due_tasks(SERVICE, database, clock)
    assert (await client.get(response.headers["location"], headers=OFFICER)).json()["taken"] == 3


async def test_a_file_that_is_no_list_ends_the_import_with_the_reason(
    client: httpx.AsyncClient, take_in: TakeIn
) -> None:
    view = await take_in(b"%PDF-1.7")

    assert (view["state"], view["rows"], view["allowed_actions"]) == ("failed", 0, [])
    assert "xlsx" in view["fault"]
    english = await client.get(f"{URL}/{view['id']}", headers={**OFFICER, "accept-language": "en"})
    assert english.json()["fault"].startswith("The format is not known")


@pytest.mark.parametrize(
    ("params", "content", "headers", "status", "problem"),
    [
        ({}, b"", OFFICER, 422, "invalid-input"),
        ({"territory": "12345"}, b"x", OFFICER, 422, "invalid-input"),
        ({"source": " "}, b"x", OFFICER, 422, "invalid-input"),
        ({"territory": "610702"}, b"x", OFFICER, 403, "outside-territory"),
        ({"territory": "610703999"}, b"x", OFFICER, 404, "territory-unknown"),
        ({}, b"x" * (16 * 1024 * 1024 + 1), OFFICER, 413, "body-too-large"),
        ({}, b"x", as_role(Role.COMMUNITY_WORKER, "610703001001"), 403, "permission-missing"),
    ],
)
async def test_what_cannot_be_handed_in_is_refused(
    client: httpx.AsyncClient,
    params: dict[str, str],
    content: bytes,
    headers: dict[str, str],
    status: int,
    problem: str,
) -> None:
    given = {"territory": "610703001", "source": "底册", **params}

    response = await client.post(URL, params=given, content=content, headers=headers)

    assert (response.status_code, response.json()["type"]) == (status, PROBLEM + problem)
    assert (await client.get(URL, headers=OFFICER)).json()["items"] == []


async def test_imports_are_seen_and_stopped_in_their_own_territory_alone(
    client: httpx.AsyncClient, take_in: TakeIn
) -> None:
    view = await take_in(listing(1), territory="610703001")
    await take_in(listing(1), territory="610703002")
    other = as_role(Role.TOWN_OFFICER, "610703002")

    answers = [
        await client.get(f"{URL}/{view['id']}{path}", headers=other)
        for path in ("", "/report.csv", "/findings")
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len((await client.get(URL, headers=other)).json()["items"]) == 1
    page = (await client.get(URL, params={"limit": 1}, headers=OFFICER)).json()
    rest = (await client.get(URL, params={"cursor": page["next_cursor"]}, headers=OFFICER)).json()
    assert len(rest["items"]) == 1


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("multipart/form-data", b"no boundary", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken", 422),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 422),
    ],
)
async def test_a_broken_form_and_one_without_a_file_are_refused(
    client: httpx.AsyncClient, kind: str, content: bytes, status: int
) -> None:
    response = await client.post(
        URL,
        params={"territory": "610703001", "source": "底册"},
        content=content,
        headers={**OFFICER, "content-type": kind},
    )

    assert response.status_code == status, response.text
