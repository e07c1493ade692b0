from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, run_due_tasks

URL = "/api/estate-registry/contracts"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
ORG = "91610703MA6YW8X13N"
OTHER = "91610703MA6YT3K7X1"
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("companies")


def contract(estate: dict[str, Any], **given: object) -> dict[str, object]:
    return {
        "contract_no": "HT-2026-001",
        "org": ORG,
        "estate_ids": [estate["id"]],
        "fee_fen_per_m2_month": 60,
        "start": "2026-01-01",
        "end": "2028-01-01",
        "signed_on": "2025-12-20",
        **given,
    }


async def sign(client: httpx.AsyncClient, estate: dict[str, Any], **given: object) -> httpx.Response:
    return await client.post(URL, json=contract(estate, **given), headers=OFFICER)


async def test_a_filed_contract_is_no_longer_due(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, clock: SettableClock
) -> None:
    view = (await sign(client, await make_estate(), signed_on="2026-02-20")).json()

    response = await client.post(
        f"{URL}/{view['id']}/filing",
        json={"filing_no": "南房备2026-7", "filed_on": "2026-03-01"},
        headers=OFFICER,
    )
    clock.advance(timedelta(days=60))
    await run_due_tasks(SERVICE, database, clock)

    filed = view | {
        "status": "filed",
        "filed_on": "2026-03-01",
        "filing_no": "南房备2026-7",
        "allowed_actions": ["end"],
        "version": 2,
    }
    assert response.json() == filed
    assert (await client.get(f"{URL}/{view['id']}", headers=OFFICER)).json() == filed


async def test_a_contract_not_filed_in_time_is_marked(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, clock: SettableClock
) -> None:
    view = (await sign(client, await make_estate(), signed_on="2026-02-20")).json()
    assert view["filing_due"] == "2026-03-23"  # 22 March is a Sunday.

    clock.advance(timedelta(days=21, hours=11))
    assert await run_due_tasks(SERVICE, database, clock) == 0
    clock.advance(timedelta(hours=1))
    assert await run_due_tasks(SERVICE, database, clock) == 1

    overdue = (await client.get(URL, params={"filing_overdue": "true"}, headers=OFFICER)).json()["items"]
    assert [one["id"] for one in overdue] == [view["id"]]


async def test_a_second_filing_and_one_before_the_signing_are_refused(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    view = (await sign(client, await make_estate())).json()
    url = f"{URL}/{view['id']}/filing"

    answers = [
        await client.post(url, json={"filing_no": "1", "filed_on": day}, headers=OFFICER)
        for day in ("2025-12-19", "2026-03-03", "2026-01-30", "2026-01-30")
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 200, 409]
    assert answers[0].json()["type"] == PROBLEM + "filed-before-signed"
    assert answers[2].json()["filing_overdue"] is True
    assert answers[3].json()["type"] == PROBLEM + "step-not-allowed"


async def test_owners_end_a_contract_sixty_days_after_notice(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()
    view = (await sign(client, estate)).json()
    body = {"by": "owners", "notice_served_on": "2026-03-01", "reason": "业主大会决定解聘"}

    early = await client.post(
        f"{URL}/{view['id']}/end", json={**body, "ends_on": "2026-04-30"}, headers=OFFICER
    )
    ended = await client.post(
        f"{URL}/{view['id']}/end", json={**body, "ends_on": "2026-05-01"}, headers=OFFICER
    )

    # Notice on 1 March: the last day of the 60 is 30 April, so 1 May is the first day without service.
    assert (early.status_code, early.json()["type"]) == (409, PROBLEM + "notice-too-short")
    assert "2026-05-01" in early.json()["detail"]
    assert ended.json() == view | {
        "status": "ended",
        "ends_on": "2026-05-01",
        "notice_served_on": "2026-03-01",
        "end_reason": "业主大会决定解聘",
        "allowed_actions": [],
        "version": 2,
    }
    other = await sign(client, estate, contract_no="HT-2", org=OTHER, start="2026-05-01", end="2027-05-01")
    assert other.status_code == 201


@pytest.mark.parametrize("step", ["filing", "end"])
async def test_an_ended_contract_stays_ended(
    client: httpx.AsyncClient, make_estate: MakeEstate, step: str
) -> None:
    view = (await sign(client, await make_estate())).json()
    ending = {"by": "company", "notice_served_on": "2026-03-01", "ends_on": "2026-12-01", "reason": "x"}
    bodies: dict[str, dict[str, str]] = {
        "end": ending,
        "filing": {"filing_no": "1", "filed_on": "2026-01-01"},
    }
    await client.post(f"{URL}/{view['id']}/end", json=ending, headers=OFFICER)

    response = await client.post(f"{URL}/{view['id']}/{step}", json=bodies[step], headers=OFFICER)

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "step-not-allowed")
