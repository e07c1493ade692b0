"""Whose an order is: a department has what it handed over itself, and of that what its grant shows."""

import json
from typing import Any

import asyncpg
import httpx
import pytest
from exchange_desk import API, LIAISON, ORDER, POLICE, Enter, Office, orders_sent, problem_type

from shared.identity import Role
from shared.testing import ServiceDatabase, as_role

NUMBER = str(ORDER["order_no"])
WORDS = ("电梯", "汉山", "张", "138****1234")


@pytest.fixture
async def police(enter: Enter) -> Office:
    return await enter(code=POLICE, grant={"sends": ["orders"], "pii_level": 1})


@pytest.fixture(params=["liaison", "department"])
async def sender(request: pytest.FixtureRequest, enter: Enter) -> dict[str, str]:
    if request.param == "liaison":
        return as_role(Role.HOTLINE_LIAISON, unit="hotline-desk")
    return (await enter(grant={"sends": ["orders"], "pii_level": 1})).headers


async def shown(
    client: httpx.AsyncClient, address: str = f"/{NUMBER}", *, headers: dict[str, str]
) -> dict[str, Any]:
    answer = await client.get(f"{API}/orders{address}", headers=headers)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def test_a_department_finds_no_order_another_party_handed_over(
    client: httpx.AsyncClient, police: Office, sender: dict[str, str]
) -> None:
    await orders_sent(client, ORDER, headers=sender)
    await orders_sent(client, ORDER | {"order_no": "own"}, headers=police.headers)

    one = await client.get(f"{API}/orders/{NUMBER}", headers=police.headers)
    lists = [
        await shown(client, query, headers=police.headers) for query in ("", "?status=dispatched", "?limit=1")
    ]

    assert (one.status_code, problem_type(one)) == (404, "order-not-found")
    assert [[each["order_no"] for each in page["items"]] for page in lists] == [["own"]] * 3
    assert [page["next_cursor"] for page in lists] == [None] * 3


@pytest.mark.parametrize("given", [{}, {"status": "replied"}, {"content": "别的"}])
async def test_a_department_moves_no_order_on_that_another_party_handed_over(
    client: httpx.AsyncClient, police: Office, sender: dict[str, str], given: dict[str, str]
) -> None:
    await orders_sent(client, ORDER, headers=sender)
    before = await shown(client, headers=LIAISON)

    view = await orders_sent(client, ORDER | given, headers=police.headers)

    (line,) = view["lines"]
    assert (line["outcome"], line["type"]) == ("refused", "/api/problems/order-number-taken")
    assert (line["order_id"], line["leaf"], line["order_version"]) == (None, None, None)
    assert await shown(client, headers=LIAISON) == before


async def test_the_liaison_moves_every_order_on_and_it_stays_the_departments(
    client: httpx.AsyncClient, police: Office
) -> None:
    await orders_sent(client, ORDER, headers=police.headers)

    by_liaison = await orders_sent(client, ORDER | {"status": "signed"})
    by_police = await orders_sent(client, ORDER | {"status": "replied"}, headers=police.headers)

    assert [view["moved_on"] for view in (by_liaison, by_police)] == [1, 1]
    assert await shown(client, headers=police.headers) == await shown(client, headers=LIAISON)
    assert (await shown(client, headers=LIAISON))["version"] == 3


@pytest.mark.parametrize("level", [0, 1])
async def test_a_department_sees_the_words_of_its_orders_only_by_its_grant(
    client: httpx.AsyncClient, enter: Enter, level: int
) -> None:
    office = await enter(grant={"sends": ["orders"], "pii_level": level})
    await orders_sent(client, ORDER, headers=office.headers)

    one = await shown(client, headers=office.headers)
    (listed,) = (await shown(client, "", headers=office.headers))["items"]

    whole = await shown(client, headers=LIAISON)
    withheld = {"title": "***", "content": "***", "place_text": "***"}
    hidden = withheld | {"caller_name": None, "caller_phone": None}
    assert one == (whole if level else whole | hidden)
    assert listed["title"] == (whole["title"] if level else "***")
    told = json.dumps([one, listed], ensure_ascii=False)
    assert [word in told for word in WORDS] == [bool(level)] * len(WORDS)


async def test_the_database_refuses_to_hand_an_order_to_another_party(
    client: httpx.AsyncClient, police: Office, service_database: ServiceDatabase
) -> None:
    await orders_sent(client, ORDER, headers=police.headers)
    connection = await asyncpg.connect(service_database.admin_dsn)

    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("UPDATE exchange.orders SET party = 'another'")

    assert await connection.fetchval("SELECT party FROM exchange.orders") == POLICE
    await connection.close()
