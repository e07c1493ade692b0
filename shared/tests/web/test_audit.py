"""Who did what, on whose behalf, why, when and from where: for the audit role alone."""

from datetime import timedelta

import httpx
import pytest

from shared.identity import Role
from shared.kernel import Actor, Scope
from shared.privacy import record_clear_view
from shared.storage import Database, Occasion
from shared.testing import SettableClock, as_role

OFFICER = as_role(Role.AUTHORITY_OFFICER, "610703", person="p-1")
AUDITOR = as_role(Role.AUDIT_ADMIN, "")
ACTS = "/api/sample/audit/acts"
CLEAR_VIEWS = "/api/sample/audit/clear-views"


async def add(client: httpx.AsyncClient, name: str, territory: str = "610703001") -> str:
    body = {"name": name, "territory": territory}
    answer = await client.post("/api/sample/things", json=body, headers=OFFICER | {"x-reason": "check"})
    return str(answer.json()["id"])


async def listed(client: httpx.AsyncClient, path: str = ACTS, **query: str) -> list[dict[str, object]]:
    answer = await client.get(path, params=query, headers=AUDITOR)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_an_act_tells_who_what_why_and_from_where(client: httpx.AsyncClient) -> None:
    subject = await add(client, "roof")

    (act,) = await listed(client)

    assert {
        name: act[name] for name in ("person", "role", "type", "subject", "reason", "origin", "data")
    } == {
        "person": "p-1",
        "role": "R11",
        "type": "nz.sample.ThingNamed.v1",
        "subject": subject,
        "reason": "check",
        "origin": "127.0.0.1",
        "data": {"thing_id": subject, "called": "roof"},
    }


async def test_pages_hold_every_act_once_the_newest_first(client: httpx.AsyncClient) -> None:
    subjects = [await add(client, f"thing {number}") for number in range(5)]

    seen: list[object] = []
    cursor: str | None = None
    while cursor is not None or not seen:
        page = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        answer = (await client.get(ACTS, params=page, headers=AUDITOR)).json()
        seen += [act["subject"] for act in answer["items"]]
        cursor = answer["next_cursor"]

    assert seen == subjects[::-1]


async def test_acts_are_found_by_subject_person_and_type(client: httpx.AsyncClient) -> None:
    roof, door = await add(client, "roof"), await add(client, "door")

    assert [act["subject"] for act in await listed(client, subject=roof)] == [roof]
    assert [act["subject"] for act in await listed(client, person="p-1")] == [door, roof]
    assert await listed(client, person="p-2") == []
    assert await listed(client, type="nz.sample.ThingLost.v1") == []


async def test_an_auditor_sees_the_acts_of_their_territory_alone(client: httpx.AsyncClient) -> None:
    here = await add(client, "roof", "610703001")
    await add(client, "door", "610703002")

    answer = await client.get(ACTS, headers=as_role(Role.AUDITOR, "610703001"))

    assert [act["subject"] for act in answer.json()["items"]] == [here]


@pytest.mark.parametrize("path", [ACTS, CLEAR_VIEWS])
@pytest.mark.parametrize("role", [Role.AUTHORITY_LEADER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
async def test_no_other_role_reads_the_trail(client: httpx.AsyncClient, path: str, role: Role) -> None:
    assert (await client.get(path, headers=as_role(role))).status_code == 403


async def test_who_looked_at_persons_is_for_the_audit_administrator_alone(client: httpx.AsyncClient) -> None:
    assert (await client.get(CLEAR_VIEWS, headers=as_role(Role.AUDITOR))).status_code == 403


async def test_a_period_of_more_than_a_month_is_refused_but_not_for_one_subject(
    client: httpx.AsyncClient, clock: SettableClock
) -> None:
    subject = await add(client, "roof")
    since = (clock() - timedelta(days=40)).isoformat()

    refused = await client.get(ACTS, params={"since": since}, headers=AUDITOR)

    assert (refused.status_code, refused.json()["type"]) == (400, "/api/problems/audit-period-too-long")
    assert [act["subject"] for act in await listed(client, subject=subject, since=since)] == [subject]


async def test_a_look_at_personal_data_is_listed_with_its_reason(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    looker = Actor(person="p-7", role="R06", scope=Scope("610703001"), on_behalf_of="p-8")
    before = clock() - timedelta(minutes=1)
    async with database.begin(Occasion(actor=looker, now=before, origin="10.0.0.7")) as work:
        await record_clear_view(work, subject="case-1", field="phone", reason="call back")

    (view,) = await listed(client, CLEAR_VIEWS, subject="case-1")

    assert (view["person"], view["on_behalf_of"], view["field"], view["reason"], view["origin"]) == (
        "p-7",
        "p-8",
        "phone",
        "call back",
        "10.0.0.7",
    )
