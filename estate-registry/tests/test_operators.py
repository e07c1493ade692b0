from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.contracts.credit_rating import CreditGradeChanged
from shared.contracts.estate_registry import OperatorAssigned, OperatorVacated
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver, recorded_events, run_due_tasks

URL = "/api/estate-registry/estates"
PROBLEM = "urn:gongzhi:problem:"
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
async def test_what_cannot_be_assigned_changes_nothing(  # noqa: PLR0913, PLR0917 - the columns of a table
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
