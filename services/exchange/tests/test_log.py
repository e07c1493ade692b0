"""The log of exchanges: who reads it, and page by page."""

import httpx
import pytest
from exchange_desk import ADMIN, API, LIAISON, ORDER, POLICE, Enter, Office, orders_sent, problem_type

from exchange.log.digest import sm3_hex
from shared.identity import Role
from shared.testing import as_role


def test_a_digest_is_sm3_as_the_standard_has_it() -> None:
    assert sm3_hex(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


async def test_what_the_liaison_imports_by_hand_is_logged_by_the_rule_of_the_hotline(
    client: httpx.AsyncClient,
) -> None:
    await orders_sent(client, ORDER)

    (entry,) = (await client.get(f"{API}/log", headers=ADMIN)).json()["items"]

    assert (entry["party"], entry["caller"], entry["purpose"]) == (None, "person-R19", "12345 工单办理")
    assert entry["legal_basis"].startswith("陕政办函")


async def test_the_log_is_listed_newest_first_and_by_department(
    client: httpx.AsyncClient, hotline: Office
) -> None:
    for number in range(3):
        await orders_sent(client, ORDER | {"order_no": f"N-{number}"}, headers=hotline.headers)
    await orders_sent(client, ORDER)

    first = (await client.get(f"{API}/log", params={"limit": "2"}, headers=ADMIN)).json()
    params = {"limit": "2", "cursor": first["next_cursor"]}
    second = (await client.get(f"{API}/log", params=params, headers=ADMIN)).json()
    own = (await client.get(f"{API}/log", params={"party": hotline.code}, headers=ADMIN)).json()

    entries = first["items"] + second["items"]
    assert [entry["party"] for entry in entries] == [None, *[hotline.code] * 3]
    assert entries == sorted(entries, key=lambda entry: str(entry["id"]), reverse=True)
    assert own["items"] == entries[1:]
    assert second["next_cursor"] is None


async def test_an_auditor_reads_the_log_of_the_own_territory(
    client: httpx.AsyncClient, hotline: Office
) -> None:
    await orders_sent(client, ORDER, headers=hotline.headers)

    elsewhere = await client.get(f"{API}/log", headers=as_role(Role.AUDITOR, "610702"))

    assert elsewhere.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("role", [Role.HOTLINE_LIAISON, Role.AUTHORITY_OFFICER, Role.SYSTEM_ADMIN])
async def test_nobody_else_reads_the_log_of_exchanges(client: httpx.AsyncClient, role: Role) -> None:
    answer = await client.get(f"{API}/log", headers=as_role(role))

    assert (answer.status_code, problem_type(answer)) == (403, "permission-missing")


async def test_a_department_does_not_read_the_log(client: httpx.AsyncClient, enter: Enter) -> None:
    office = await enter(POLICE)

    answer = await client.get(f"{API}/log", headers=office.headers)

    assert (answer.status_code, problem_type(answer)) == (403, "permission-missing")
    assert (await client.get(f"{API}/log", headers=LIAISON)).status_code == 403
