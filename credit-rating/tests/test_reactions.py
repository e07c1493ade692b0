"""What facts of other contexts do here: once, however often and in whatever order they come."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from credit_samples import API, BASE, ESTATE, ORG, THIS_MORNING, Record, Standing, assigned, liable, overdue

from credit_rating.entry.commands import enter_company
from credit_rating.entry.domain import Application
from credit_rating.main import SERVICE
from shared.contracts.credit_rating import CreditGradeChanged, CreditItemRecorded
from shared.contracts.dispute_mediation import OverdueStage
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.kernel import Actor, new_id
from shared.storage import Database, Occasion
from shared.testing import SettableClock, deliver, recorded_events, run_due_tasks

CONTRACT = ServiceContractSigned(
    contract_id=UUID(int=201),
    contract_no="NZ-2026-001",
    estate_ids=[ESTATE],
    org=ORG,
    fee_fen_per_m2_month=120,
    start=date(2026, 3, 1),
    end=date(2029, 3, 1),
    signed_on=date(2026, 2, 20),
    filing_due=date(2026, 3, 20),
)
ESTATE_REGISTERED = EstateRegistered(
    estate_id=ESTATE,
    code="610703001-0001-5",
    estate_name="建设巷小区",
    territory="610703001001",
    year_built=1996,
    area_m2x100=1_200_000,
    households=120,
    buildings=4,
    three_no=False,
    registered_on=date(2026, 3, 2),
)


def vacated(at: date) -> OperatorVacated:
    return OperatorVacated(
        estate_id=ESTATE,
        assignment_id=UUID(int=1),
        kind="company",
        org=ORG,
        custodian=None,
        at=at,
        reason="合同期满",
    )


async def codes(database: Database) -> list[tuple[str, int]]:
    events = await recorded_events(database)
    return [(event.code, event.points_tenths) for event in events if isinstance(event, CreditItemRecorded)]


async def test_an_item_recorded_by_a_fact_names_it_and_counts_at_once(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    rated: dict[str, Any],
    officer: dict[str, str],
) -> None:
    event_id = new_id()

    await deliver(SERVICE, database, liable(), now=clock(), event_id=event_id, times=2)

    [item] = (await client.get(f"{API}/companies/{rated['org']}/items", headers=officer)).json()["items"]
    assert (item["code"], item["status"], item["counted_tenths"]) == ("D27", "effective", 10)
    assert (item["recorder_unit"], item["confirmed_at"]) == ("system", None)
    assert (item["fact_key"], item["estate_id"]) == (f"complaint:{UUID(int=32)}", str(ESTATE))
    assert str(event_id) in item["evidence"]
    assert liable().evidence_hash in item["evidence"]


@pytest.mark.usefixtures("rated")
async def test_the_same_fact_told_by_another_message_is_punished_once(
    database: Database, clock: SettableClock
) -> None:
    for _ in range(2):
        await deliver(SERVICE, database, liable(), now=clock())
        await deliver(SERVICE, database, overdue(), now=clock())

    assert await codes(database) == [("D27", 10), ("D31", 40)]


@pytest.mark.usefixtures("rated")
@pytest.mark.parametrize("stage", ["warning_80", "plus_5", "plus_10"])
async def test_only_the_day_itself_makes_an_overdue_duty_an_item(
    database: Database, clock: SettableClock, stage: OverdueStage
) -> None:
    await deliver(SERVICE, database, overdue(stage=stage), now=clock())

    assert await codes(database) == []


@pytest.mark.usefixtures("rated")
async def test_a_duty_of_a_public_unit_is_no_matter_of_credit(
    database: Database, clock: SettableClock
) -> None:
    await deliver(SERVICE, database, overdue(org=None), now=clock())

    assert await codes(database) == []


@pytest.mark.usefixtures("rated")
async def test_another_complaint_within_a_year_weighs_more(database: Database, clock: SettableClock) -> None:
    for case in (1, 2, 3, 4):
        await deliver(SERVICE, database, liable(case=case), now=clock())

    assert await codes(database) == [("D27", 10), ("D27", 15), ("D27", 20), ("D27", 20)]


async def test_what_a_person_took_back_does_not_come_again_by_the_same_fact(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    rated: dict[str, Any],
    leader: dict[str, str],
) -> None:
    await deliver(SERVICE, database, liable(), now=clock())
    [item] = (await client.get(f"{API}/companies/{rated['org']}/items", headers=leader)).json()["items"]
    await client.post(f"{API}/items/{item['id']}/revocation", json={"reason": "异议成立"}, headers=leader)

    await deliver(SERVICE, database, liable(), now=clock())

    assert await codes(database) == [("D27", 10)]


async def test_a_fact_that_a_person_punished_heavier_already_adds_nothing(
    database: Database, clock: SettableClock, effective: Record
) -> None:
    await effective("D28", fact_key=f"complaint:{UUID(int=32)}")

    await deliver(SERVICE, database, liable(), now=clock())

    assert await codes(database) == [("D28", 30)]


async def test_the_first_score_comes_on_the_ninetieth_day_by_itself(
    database: Database, clock: SettableClock, effective: Record, standing: Standing
) -> None:
    for code in BASE:
        await effective(code)
    await deliver(SERVICE, database, assigned(date(2026, 3, 2)), now=clock())
    assert await standing() == (800, "B", False)

    clock.advance(timedelta(days=89, hours=11, minutes=59))
    assert await run_due_tasks(SERVICE, database, clock) == 0
    clock.advance(timedelta(minutes=1))
    assert await run_due_tasks(SERVICE, database, clock) == 1

    assert await standing() == (800, "AA", True)
    last = (await recorded_events(database))[-1]
    assert isinstance(last, CreditGradeChanged)
    assert (last.old_grade, last.new_grade, last.rated) == ("B", "AA", True)
    assert last.effective_on == date(2026, 5, 31)


async def test_a_project_given_up_early_earns_no_score(
    database: Database, clock: SettableClock, effective: Record, standing: Standing
) -> None:
    await effective("B01")
    await deliver(SERVICE, database, vacated(date(2026, 5, 1)), now=clock(), times=2)
    await deliver(SERVICE, database, assigned(date(2026, 3, 2)), now=clock(), times=2)

    clock.advance(timedelta(days=200))
    await run_due_tasks(SERVICE, database, clock)

    assert await standing() == (80, "B", False)


async def test_a_project_known_before_its_company_counts_when_it_enters(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    officer: dict[str, str],
    application: dict[str, Any],
) -> None:
    await deliver(SERVICE, database, assigned(date(2025, 6, 1)), now=clock())

    response = await client.post(f"{API}/companies", json=application, headers=officer)

    assert (response.json()["grade"], response.json()["rated"]) == ("B", True)


async def test_an_estate_without_a_company_is_no_project(database: Database, clock: SettableClock) -> None:
    custody = assigned(date(2026, 3, 2)).model_copy(
        update={"kind": "custody", "org": None, "custodian": "610703001001:community"}
    )

    await deliver(SERVICE, database, custody, now=clock())

    async with database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM operator_assignments") == 0


async def test_the_file_shows_projects_with_their_estate_and_contract(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    company: dict[str, Any],
    officer: dict[str, str],
) -> None:
    renamed = EstateProfileUpdated(
        estate_id=ESTATE,
        version=2,
        changed=["estate_name"],
        estate_name="建设巷一小区",
        area_m2x100=1_200_000,
        households=120,
        buildings=4,
        three_no=False,
    )
    for event in (assigned(date(2026, 2, 20)), CONTRACT, renamed, ESTATE_REGISTERED):
        await deliver(SERVICE, database, event, now=clock(), times=2)

    file = (await client.get(f"{API}/companies/{company['org']}/file", headers=officer)).json()

    assert file["rated_from"] == "2026-05-21"
    assert file["projects"] == [
        {
            "estate_id": str(ESTATE),
            "estate_name": "建设巷一小区",
            "kind": "company",
            "start": "2026-02-20",
            "end": None,
            "live_days": 10,
            "contract_id": str(UUID(int=201)),
            "contract_no": "NZ-2026-001",
            "signed_on": "2026-02-20",
        }
    ]


async def test_an_old_fact_counts_from_the_day_it_arrived(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    officer: dict[str, str],
    application: dict[str, Any],
    standing: Standing,
) -> None:
    await deliver(SERVICE, database, liable(), now=THIS_MORNING - timedelta(days=170))
    await client.post(f"{API}/companies", json=application, headers=officer)

    [item] = (await client.get(f"{API}/companies/{ORG}/items", headers=officer)).json()["items"]
    assert (item["valid_from"], item["valid_to"]) == ("2025-09-13", "2026-03-13")

    clock.advance(timedelta(days=11))
    await run_due_tasks(SERVICE, database, clock)

    [item] = (await client.get(f"{API}/companies/{ORG}/items", headers=officer)).json()["items"]
    assert item["status"] == "expired"
    assert await standing() == (0, "B", False)


async def test_a_fact_that_arrives_while_its_company_enters_waits_and_is_not_lost(
    database: Database, clock: SettableClock
) -> None:
    application = Application(
        org=ORG,
        company_name="南郑安居物业服务有限公司",
        kind="legal_person",
        registry_status="existing",
        business_scope="物业服务",
    )

    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await enter_company(work, application=application, territory="610703")
        arriving = asyncio.create_task(deliver(SERVICE, database, liable(), now=clock()))
        done, _ = await asyncio.wait([arriving], timeout=0.2)
        assert not done
    await arriving

    assert await codes(database) == [("D27", 10)]
