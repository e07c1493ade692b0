from datetime import date

import asyncpg
import pytest

from estate_registry.main import SERVICE
from shared.contracts import Event
from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged
from shared.storage import Database
from shared.testing import SettableClock, deliver

ORG = "91610703MA6YW8X13N"
ENTERED = CompanyEntered(org=ORG, company_name="南郑安居物业", territory="610703", warnings=[])
GRADED = CreditGradeChanged(
    org=ORG,
    score_tenths=850,
    old_grade=None,
    new_grade="AA",
    rated=True,
    scheme="NZ-DEFAULT-1",
    effective_on=date(2026, 2, 1),
)


async def known(database: Database) -> list[asyncpg.Record]:
    async with database.pool.acquire() as connection:
        return await connection.fetch("SELECT org, name, grade, graded_on FROM known_companies")


@pytest.mark.parametrize("order", [[ENTERED, GRADED], [GRADED, ENTERED]])
async def test_what_is_told_of_a_company_may_come_in_any_order_and_twice(
    database: Database, clock: SettableClock, order: list[Event]
) -> None:
    for event in order:
        await deliver(SERVICE, database, event, now=clock(), times=2)

    assert [tuple(row) for row in await known(database)] == [(ORG, "南郑安居物业", "AA", date(2026, 2, 1))]


async def test_an_older_grade_that_comes_late_does_not_win(database: Database, clock: SettableClock) -> None:
    older = GRADED.model_copy(update={"new_grade": "C", "effective_on": date(2026, 1, 1)})

    for event in (GRADED, older):
        await deliver(SERVICE, database, event, now=clock())

    assert [row["grade"] for row in await known(database)] == ["AA"]
