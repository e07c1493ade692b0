"""Departments, keys and grants through HTTP, and what the database itself refuses of them."""

import base64
from datetime import timedelta

import asyncpg
import httpx
import pytest
from exchange_desk import ADMIN, API, GRANT, HOTLINE, LIAISON, NEW_KEY, POLICE, Enter, key_of, problem_type

from shared.contracts.estate_registry import EstateRegistered
from shared.identity import Role
from shared.kernel import new_id
from shared.privacy import platform_sealer
from shared.testing import ServiceDatabase, SettableClock, as_role

DEPARTMENT = {"code": POLICE, "name": "南郑公安分局", "territory": "610703", "contact": "值班室 0916-5512110"}


async def detail(client: httpx.AsyncClient, department_id: str) -> dict[str, object]:
    view: dict[str, object] = (await client.get(f"{API}/departments/{department_id}", headers=ADMIN)).json()
    return view


async def test_a_department_is_entered_once_and_listed(client: httpx.AsyncClient) -> None:
    entered = await client.post(f"{API}/departments", json=DEPARTMENT, headers=ADMIN)

    again = await client.post(f"{API}/departments", json=DEPARTMENT, headers=ADMIN)

    listed = (await client.get(f"{API}/departments", headers=ADMIN)).json()
    assert (entered.status_code, entered.json()) == (
        201,
        DEPARTMENT | {"id": entered.json()["id"], "version": 1},
    )
    assert (again.status_code, problem_type(again)) == (409, "department-known-already")
    assert listed == {"items": [entered.json()], "next_cursor": None}


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"code": POLICE[:-1] + "8"}, 422, "invalid-input"),
        ({"code": "91610703MA6YW8X13N"}, 409, "not-a-department-code"),
        ({"territory": "610702"}, 403, "outside-territory"),
    ],
)
async def test_what_is_no_department_here_is_refused(
    client: httpx.AsyncClient, change: dict[str, str], status: int, kind: str
) -> None:
    answer = await client.post(f"{API}/departments", json=DEPARTMENT | change, headers=ADMIN)

    assert (answer.status_code, problem_type(answer)) == (status, kind)
    assert (await client.get(f"{API}/departments", headers=ADMIN)).json()["items"] == []


async def test_nobody_but_the_exchange_administrator_manages_departments(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{API}/departments", json=DEPARTMENT, headers=LIAISON)

    assert (answer.status_code, problem_type(answer)) == (403, "permission-missing")


async def test_a_key_is_shown_once_and_kept_under_seal(
    client: httpx.AsyncClient, enter: Enter, service_database: ServiceDatabase
) -> None:
    office = await enter()
    address = f"{API}/departments/{office.id}/keys"
    made = (await client.post(address, json=NEW_KEY, headers=ADMIN)).json()

    shown = await detail(client, office.id)
    withdrawn = await client.delete(f"{address}/{made['key_id']}", headers=ADMIN)

    connection = await asyncpg.connect(service_database.admin_dsn)
    first, second = await connection.fetch("SELECT * FROM exchange.department_keys ORDER BY made_at, key_id")
    everything = await connection.fetchval("SELECT json_agg(i)::text FROM exchange.idempotency i")
    await connection.close()
    kept = {row["key_id"]: row["secret"] for row in (first, second)}
    place = f"department_keys.secret/{first['id'] if first['secret'] else second['id']}"
    opened = platform_sealer().open(kept[office.key.key_id], context=place)
    assert {key["key_id"] for key in shown["keys"]} == set(kept)  # type: ignore[attr-defined]
    assert made["secret"] not in f"{shown} {first} {second} {withdrawn.text}"
    assert len(base64.b64decode(opened or "")) == len(base64.b64decode(made["secret"])) == 32
    assert (kept[made["key_id"]], everything) == (None, None)


async def test_a_secret_is_never_kept_for_a_repeated_answer(client: httpx.AsyncClient, enter: Enter) -> None:
    office = await enter()

    answer = await client.post(
        f"{API}/departments/{office.id}/keys", json=NEW_KEY, headers=ADMIN | {"idempotency-key": "one"}
    )

    assert (answer.status_code, problem_type(answer)) == (400, "secret-is-told-once")
    assert len((await detail(client, office.id))["keys"]) == 1  # type: ignore[arg-type]


async def test_two_keys_overlap_for_a_rotation_and_no_third(
    client: httpx.AsyncClient, enter: Enter, clock: SettableClock
) -> None:
    office = await enter(grant={"sends": ["orders"]})
    keys = f"{API}/departments/{office.id}/keys"

    made = (await client.post(keys, json={"algorithm": "hmac-sm3"}, headers=ADMIN)).json()
    second = key_of(made, clock=clock)
    third = await client.post(keys, json=NEW_KEY, headers=ADMIN)
    both = [(await client.get(f"{API}/orders", auth=key)).status_code for key in (office.key, second)]
    withdrawn = await client.delete(f"{keys}/{office.key.key_id}", headers=ADMIN)
    after = await client.get(f"{API}/orders", auth=office.key)
    still = await client.get(f"{API}/orders", auth=second)
    another = await client.post(keys, json=NEW_KEY, headers=ADMIN)

    assert both == [200, 200]
    assert (third.status_code, problem_type(third)) == (409, "too-many-keys")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (200, "withdrawn")
    assert (after.status_code, problem_type(after)) == (401, "signature-invalid")
    assert still.status_code == 200
    assert another.status_code == 201


async def test_withdrawing_a_key_again_changes_nothing(client: httpx.AsyncClient, enter: Enter) -> None:
    office = await enter()
    address = f"{API}/departments/{office.id}/keys/{office.key.key_id}"

    first = (await client.delete(address, headers=ADMIN)).json()
    again = (await client.delete(address, headers=as_role(Role.EXCHANGE_ADMIN, person="other"))).json()
    unknown = await client.delete(f"{address[:-1]}x", headers=ADMIN)

    assert again == first
    assert (unknown.status_code, problem_type(unknown)) == (404, "key-not-found")


async def test_an_expired_key_opens_nothing(
    client: httpx.AsyncClient, enter: Enter, clock: SettableClock
) -> None:
    office = await enter(grant={"sends": ["orders"]})

    clock.advance(timedelta(days=365))

    assert (await client.get(f"{API}/orders", headers=office.headers)).status_code == 401


async def test_a_grant_takes_the_place_of_the_one_before(
    client: httpx.AsyncClient, enter: Enter, service_database: ServiceDatabase
) -> None:
    office = await enter(grant={"sends": ["orders"]})
    address = f"{API}/departments/{office.id}/grants"
    receives = [{"event_type": EstateRegistered.name, "territory": "610703001"}]

    changed = (await client.put(address, json=GRANT | {"receives": receives}, headers=ADMIN)).json()
    same = await client.put(address, json=GRANT | {"receives": receives * 2}, headers=ADMIN)

    connection = await asyncpg.connect(service_database.admin_dsn)
    kept = await connection.fetch("SELECT sends, ended_by FROM exchange.grants ORDER BY id")
    await connection.close()
    assert changed["grant"] == GRANT | {"pii_level": 0, "sends": [], "receives": receives}
    assert same.json() == changed
    assert [tuple(row) for row in kept] == [(["orders"], "person-R20"), ([], None)]


@pytest.mark.parametrize(
    ("share", "kind"),
    [
        ({"event_type": EstateRegistered.name, "territory": "6107"}, "grant-beyond-territory"),
        ({"event_type": "nz.subsidy-ledger.SubsidyApplied.v1", "territory": "610703"}, "not-in-catalogue"),
    ],
)
async def test_a_grant_too_wide_changes_nothing(
    client: httpx.AsyncClient, enter: Enter, share: dict[str, str], kind: str
) -> None:
    office = await enter(grant={"sends": ["orders"]})
    before = await detail(client, office.id)

    answer = await client.put(
        f"{API}/departments/{office.id}/grants", json=GRANT | {"receives": [share]}, headers=ADMIN
    )

    assert (answer.status_code, problem_type(answer)) == (409, kind)
    assert await detail(client, office.id) == before


async def test_a_grant_seen_at_another_version_is_refused(client: httpx.AsyncClient, enter: Enter) -> None:
    office = await enter()
    address = f"{API}/departments/{office.id}/grants"

    stale = await client.put(address, json=GRANT, headers=ADMIN | {"if-match": '"1"'})
    fresh = await client.put(address, json=GRANT, headers=ADMIN | {"if-match": '"2"'})

    assert (stale.status_code, problem_type(stale)) == (412, "precondition-failed")
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"3"')


async def test_a_key_that_begins_later_opens_from_then_on(
    client: httpx.AsyncClient, enter: Enter, clock: SettableClock
) -> None:
    office = await enter(grant={"sends": ["orders"]})
    later = (clock() + timedelta(days=1)).isoformat()
    made = await client.post(
        f"{API}/departments/{office.id}/keys", json=NEW_KEY | {"valid_from": later}, headers=ADMIN
    )
    key = key_of(made.json(), clock=clock)

    before = await client.get(f"{API}/orders", auth=key)
    clock.advance(timedelta(days=1))
    after = await client.get(f"{API}/orders", auth=key)

    assert (made.json()["state"], before.status_code, after.status_code) == ("not_yet", 401, 200)


async def test_the_database_refuses_a_second_grant_in_force_and_a_key_without_a_secret(
    enter: Enter, service_database: ServiceDatabase
) -> None:
    office = await enter(code=HOTLINE, grant={"sends": ["orders"]})
    connection = await asyncpg.connect(service_database.admin_dsn)

    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(
            "INSERT INTO exchange.grants SELECT $1, department_id, purpose, legal_basis, pii_level, sends,"
            " granted_at, granted_by FROM exchange.grants",
            new_id(),
        )
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "UPDATE exchange.department_keys SET secret = NULL WHERE department_id = $1", office.id
        )

    await connection.close()
