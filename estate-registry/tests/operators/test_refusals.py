import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.contracts.credit_rating import CreditGradeChanged
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver, recorded_events

URL = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
ORG = "91610703MA6YW8X13N"
OTHER = "91610703MA6YT3K7X1"
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


def company(start: str, end: str | None = None, *, org: str = ORG, **more: object) -> dict[str, object]:
    return {"kind": "company", "org": org, "start": start, "end": end, "reason": "选聘", **more}


async def assign(
    client: httpx.AsyncClient, estate: dict[str, Any], body: dict[str, object]
) -> httpx.Response:
    return await client.post(f"{URL}/{estate['id']}/operators", json=body, headers=OFFICER)


@pytest.mark.usefixtures("companies")
async def test_another_company_does_not_give_way_by_itself(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()
    await assign(client, estate, company("2025-06-01"))
    before = await recorded_events(database)

    response = await assign(client, estate, company("2026-01-01", org=OTHER))

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "operator-overlaps")
    assert ORG in response.json()["detail"]
    assert len((await client.get(f"{URL}/{estate['id']}/operators")).json()["items"]) == 2
    assert await recorded_events(database) == before


async def test_a_day_outside_the_assignment_and_a_stranger_s_id_are_refused(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()
    own = (await client.get(f"{URL}/{estate['id']}/operators")).json()["items"][0]["id"]

    answers = [
        await client.post(
            f"{URL}/{estate['id']}/operators/{assignment}/end",
            json={"at": "2024-01-01", "reason": "x"},
            headers=OFFICER,
        )
        for assignment in (own, estate["id"])
    ]

    assert [answer.json()["type"] for answer in answers] == [
        PROBLEM + "assignment-ended",
        PROBLEM + "assignment-not-found",
    ]


async def test_an_unknown_company_is_refused_with_the_way_out(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()
    before = await recorded_events(database)

    response = await assign(client, estate, company("2025-06-01"))

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "company-unknown")
    assert "办理企业准入" in response.json()["detail"]
    assert await recorded_events(database) == before


@pytest.mark.usefixtures("companies")
async def test_a_blacklisted_company_is_refused_until_its_grade_changes(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, clock: SettableClock
) -> None:
    estate = await make_estate()

    async def graded(grade: str, on: date) -> None:
        changed = CreditGradeChanged.model_validate(
            {
                "org": ORG,
                "score_tenths": 0,
                "old_grade": None,
                "new_grade": grade,
                "rated": True,
                "scheme": "NZ-DEFAULT-1",
                "effective_on": on,
            }
        )
        await deliver(SERVICE, database, changed, now=clock(), times=2)

    await graded("BLACK", date(2026, 2, 1))
    assert (await assign(client, estate, company("2025-06-01"))).json()[
        "type"
    ] == PROBLEM + "company-blacklisted"
    await graded("AAA", date(2025, 1, 1))  # An older grade arrives late.
    assert (await assign(client, estate, company("2025-06-01"))).json()[
        "type"
    ] == PROBLEM + "company-blacklisted"
    await graded("B", date(2026, 3, 1))
    assert (await assign(client, estate, company("2025-06-01"))).status_code == 201


@pytest.mark.usefixtures("companies")
@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (company("2024-12-31"), 409, "starts-before-service"),
        (company("2026-01-01", "2026-01-01"), 422, "invalid-input"),
        (company("2026-01-01", custodian="x"), 422, "invalid-input"),
        ({"kind": "company", "start": "2026-01-01", "reason": "x"}, 422, "invalid-input"),
        (
            {"kind": "custody", "org": ORG, "start": "2026-01-01", "reason": "x"},
            422,
            "invalid-input",
        ),
        (
            company("2026-01-01", contract_id="01900000-0000-7000-8000-000000000001"),
            404,
            "contract-not-found",
        ),
    ],
)
async def test_what_cannot_be_assigned_changes_nothing(
    client: httpx.AsyncClient,
    make_estate: MakeEstate,
    database: Database,
    body: dict[str, object],
    status: int,
    problem: str,
) -> None:
    estate = await make_estate()
    before = await recorded_events(database)

    response = await assign(client, estate, body)

    assert (response.status_code, response.json()["type"]) == (status, PROBLEM + problem)
    assert (await client.get(f"{URL}/{estate['id']}")).json() == estate
    assert await recorded_events(database) == before


@pytest.mark.usefixtures("companies")
async def test_of_two_officers_who_assign_at_once_one_is_refused(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    answers = await asyncio.gather(
        *(assign(client, estate, company("2025-06-01", org=org)) for org in (ORG, OTHER) for _ in range(3))
    )

    refused = Counter(answer.json()["type"] for answer in answers if answer.status_code == 409)
    assert refused == {PROBLEM + "operator-overlaps": 3, PROBLEM + "operator-already": 2}
    serving = (await client.get(f"{URL}/{estate['id']}/operators")).json()["items"]
    assert [one["kind"] for one in serving] == ["custody", "company"]
    assert len(await recorded_events(database)) == 3 + 2
