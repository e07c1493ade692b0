from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.contracts.estate_registry import ServiceModeChanged
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, recorded_events, run_due_tasks

URL = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


def to(mode: str, start: str) -> dict[str, str]:
    return {"mode": mode, "start": start, "reason": "业主大会表决"}


async def test_a_change_closes_the_running_mode_and_is_told(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await client.post(
        f"{URL}/{estate['id']}/mode", json=to("quasi_service", "2026-02-01"), headers=OFFICER
    )

    timeline = [(one["mode"], one["start"], one["end"], one["reason"]) for one in response.json()["items"]]
    assert timeline == [
        ("community_management", "2025-01-01", "2026-02-01", "登记入库"),
        ("quasi_service", "2026-02-01", None, "业主大会表决"),
    ]
    stored = (await client.get(f"{URL}/{estate['id']}/modes")).json()["items"]
    assert stored == response.json()["items"]
    now = (await client.get(f"{URL}/{estate['id']}")).json()
    assert (now["mode"], now["version"]) == ("quasi_service", 2)
    assert (await recorded_events(database))[-1] == ServiceModeChanged(
        estate_id=estate["id"],
        old_mode="community_management",
        new_mode="quasi_service",
        reason="业主大会表决",
        effective_from=date(2026, 2, 1),
    )


async def test_a_change_to_come_shows_when_its_day_has_come(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, clock: SettableClock
) -> None:
    estate = await make_estate()
    await client.post(
        f"{URL}/{estate['id']}/mode", json=to("standard_property", "2026-03-10"), headers=OFFICER
    )

    assert (await client.get(f"{URL}/{estate['id']}")).json()["mode"] == "community_management"
    clock.advance(timedelta(days=7, hours=11, minutes=59))
    assert await run_due_tasks(SERVICE, database, clock) == 0
    clock.advance(timedelta(minutes=1))
    assert await run_due_tasks(SERVICE, database, clock) == 1

    assert (await client.get(f"{URL}/{estate['id']}")).json()["mode"] == "standard_property"
    listed = (await client.get(URL, params={"mode": "standard_property"})).json()["items"]
    assert [one["id"] for one in listed] == [estate["id"]]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (to("community_management", "2026-01-01"), "mode-already"),
        (to("quasi_service", "2024-12-31"), "starts-before-service"),
    ],
)
async def test_a_change_that_cannot_be_changes_nothing(
    client: httpx.AsyncClient,
    make_estate: MakeEstate,
    database: Database,
    body: dict[str, str],
    problem: str,
) -> None:
    estate = await make_estate()
    before = await recorded_events(database)

    response = await client.post(f"{URL}/{estate['id']}/mode", json=body, headers=OFFICER)

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + problem)
    assert len((await client.get(f"{URL}/{estate['id']}/modes")).json()["items"]) == 1
    assert await recorded_events(database) == before


async def test_an_earlier_change_sweeps_away_a_later_one(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()
    await client.post(
        f"{URL}/{estate['id']}/mode", json=to("standard_property", "2026-06-01"), headers=OFFICER
    )

    response = await client.post(
        f"{URL}/{estate['id']}/mode", json=to("owner_self_rule", "2026-01-01"), headers=OFFICER
    )

    assert [one["mode"] for one in response.json()["items"]] == ["community_management", "owner_self_rule"]


async def test_the_timeline_comes_page_by_page(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()
    await client.post(f"{URL}/{estate['id']}/mode", json=to("quasi_service", "2025-06-01"), headers=OFFICER)

    first = (await client.get(f"{URL}/{estate['id']}/modes?limit=1")).json()
    second = (await client.get(f"{URL}/{estate['id']}/modes?limit=1&cursor={first['next_cursor']}")).json()

    assert [page["items"][0]["mode"] for page in (first, second)] == ["community_management", "quasi_service"]
