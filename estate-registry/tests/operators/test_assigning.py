from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.contracts.estate_registry import OperatorAssigned, OperatorVacated
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, recorded_events, run_due_tasks

URL = "/api/estate-registry/estates"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
ORG = "91610703MA6YW8X13N"
OTHER = "91610703MA6YT3K7X1"
COMMUNITY = "610703001001:community"
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


def company(start: str, end: str | None = None, *, org: str = ORG, **more: object) -> dict[str, object]:
    return {"kind": "company", "org": org, "start": start, "end": end, "reason": "选聘", **more}


def shown(timeline: dict[str, Any]) -> list[tuple[str, str, str, str | None]]:
    return [
        (one["kind"], one["org"] or one["custodian"], one["start"], one["end"]) for one in timeline["items"]
    ]


async def assign(
    client: httpx.AsyncClient, estate: dict[str, Any], body: dict[str, object]
) -> httpx.Response:
    return await client.post(f"{URL}/{estate['id']}/operators", json=body, headers=OFFICER)


@pytest.mark.usefixtures("companies")
async def test_a_company_that_served_already_takes_over_from_custody_on_its_true_day(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await assign(client, estate, company("2025-06-01"))

    assert response.status_code == 201
    assert shown(response.json()) == [
        ("custody", COMMUNITY, "2025-01-01", "2025-06-01"),
        ("company", ORG, "2025-06-01", None),
    ]
    stored = (await client.get(f"{URL}/{estate['id']}/operators")).json()
    assert stored["items"] == response.json()["items"]
    now = (await client.get(f"{URL}/{estate['id']}")).json()
    assert now["operator"] == {"kind": "company", "org": ORG, "custodian": None}
    custody, serving = stored["items"]
    vacated, assigned = (await recorded_events(database))[-2:]
    assert vacated == OperatorVacated(
        estate_id=estate["id"],
        assignment_id=custody["id"],
        kind="custody",
        org=None,
        custodian=COMMUNITY,
        at=date(2025, 6, 1),
        reason="选聘",
    )
    assert assigned == OperatorAssigned(
        estate_id=estate["id"],
        assignment_id=serving["id"],
        kind="company",
        org=ORG,
        custodian=None,
        contract_id=None,
        start=date(2025, 6, 1),
        end=None,
    )


@pytest.mark.usefixtures("companies")
async def test_a_bounded_assignment_gives_the_estate_back_to_the_community(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await assign(client, estate, company("2025-06-01", "2026-06-01"))

    assert shown(response.json()) == [
        ("custody", COMMUNITY, "2025-01-01", "2025-06-01"),
        ("company", ORG, "2025-06-01", "2026-06-01"),
        ("custody", COMMUNITY, "2026-06-01", None),
    ]
    assert [type(event).__name__ for event in (await recorded_events(database))[3:]] == [
        "OperatorVacated",
        "OperatorAssigned",
        "OperatorAssigned",
    ]


@pytest.mark.usefixtures("companies")
async def test_a_company_follows_another_that_it_names(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()
    first = (await assign(client, estate, company("2025-06-01"))).json()["items"][-1]

    response = await assign(client, estate, company("2026-01-01", org=OTHER, succeeds=first["id"]))

    assert shown(response.json())[1:] == [
        ("company", ORG, "2025-06-01", "2026-01-01"),
        ("company", OTHER, "2026-01-01", None),
    ]


@pytest.mark.usefixtures("companies")
async def test_an_ended_assignment_leaves_the_estate_to_the_community(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()
    serving = (await assign(client, estate, company("2025-06-01"))).json()["items"][-1]

    response = await client.post(
        f"{URL}/{estate['id']}/operators/{serving['id']}/end",
        json={"at": "2026-02-01", "reason": "业主解聘"},
        headers=OFFICER,
    )

    assert shown(response.json())[1:] == [
        ("company", ORG, "2025-06-01", "2026-02-01"),
        ("custody", COMMUNITY, "2026-02-01", None),
    ]
    vacated, assigned = (await recorded_events(database))[-2:]
    assert isinstance(vacated, OperatorVacated)
    assert (vacated.org, vacated.at, vacated.reason) == (ORG, date(2026, 2, 1), "业主解聘")
    assert isinstance(assigned, OperatorAssigned)
    assert (assigned.kind, assigned.start) == ("custody", date(2026, 2, 1))


@pytest.mark.usefixtures("companies")
async def test_an_assignment_ended_on_its_first_day_never_was(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate = await make_estate()
    serving = (await assign(client, estate, company("2025-06-01"))).json()["items"][-1]

    response = await client.post(
        f"{URL}/{estate['id']}/operators/{serving['id']}/end",
        json={"at": "2025-06-01", "reason": "登记错误"},
        headers=OFFICER,
    )

    assert [kind for kind, *_ in shown(response.json())] == ["custody", "custody"]


@pytest.mark.usefixtures("companies")
@pytest.mark.parametrize(
    "body",
    [
        {"kind": "interim", "org": ORG, "start": "2026-03-02", "reason": "兜底"},
        {"kind": "interim", "custodian": "610703001:town", "start": "2026-03-02", "reason": "兜底"},
        {
            "kind": "self_rule",
            "custodian": "610703001001:owners_committee",
            "start": "2026-03-02",
            "reason": "x",
        },
    ],
)
async def test_an_interim_and_self_rule_can_be_assigned(
    client: httpx.AsyncClient, make_estate: MakeEstate, body: dict[str, object]
) -> None:
    estate = await make_estate()

    assert (await assign(client, estate, body)).status_code == 201

    listed = (await client.get(URL, params={"operator_kind": str(body["kind"])})).json()["items"]
    assert [one["id"] for one in listed] == [estate["id"]]


@pytest.mark.usefixtures("companies")
async def test_an_assignment_to_come_shows_when_its_day_has_come(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database, clock: SettableClock
) -> None:
    estate = await make_estate()
    await assign(client, estate, company("2026-03-10", "2026-03-12"))
    kinds = []

    for _ in range(3):
        kinds.append((await client.get(f"{URL}/{estate['id']}")).json()["operator"]["kind"])
        clock.advance(timedelta(days=7 if len(kinds) == 1 else 2, hours=12 if len(kinds) == 1 else 0))
        await run_due_tasks(SERVICE, database, clock)

    assert kinds == ["custody", "company", "custody"]
    assert [one["id"] for one in (await client.get(URL, params={"org": ORG})).json()["items"]] == []
