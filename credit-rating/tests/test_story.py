"""The slice of the platform's story that is this service's: entered, AAA, AA by facts of other contexts."""

from datetime import date
from typing import Any

import httpx
from credit_samples import API, BASE, ORG, TODAY, Record, Standing, assigned, liable, overdue

from credit_rating.main import SERVICE
from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged, CreditItemRecorded, Grade
from shared.storage import Database
from shared.testing import SettableClock, deliver, recorded_events


async def test_a_company_rises_to_aaa_and_falls_to_aa_by_what_happens_elsewhere(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    company: dict[str, Any],
    effective: Record,
    standing: Standing,
    officer: dict[str, str],
) -> None:
    for code in BASE:
        await effective(code)
    for code in ("G03", "G04", "G12", "G19"):
        await effective(code)
    assert await standing() == (880, "B", False)

    await deliver(SERVICE, database, assigned(date(2025, 11, 1)), now=clock(), times=2)
    assert await standing() == (880, "AAA", True)

    await deliver(SERVICE, database, overdue(), now=clock(), times=2)
    assert await standing() == (840, "AA", True)

    await deliver(SERVICE, database, liable(), now=clock(), times=2)
    assert await standing() == (830, "AA", True)

    events = await recorded_events(database)
    assert events[0] == CompanyEntered(org=ORG, company_name=company["name"], territory="610703", warnings=[])
    assert [event for event in events if isinstance(event, CreditGradeChanged)] == [
        _changed(None, "B", 0, rated=False),
        _changed("B", "AAA", 880, rated=True),
        _changed("AAA", "AA", 840, rated=True),
    ]
    late, valid = [event for event in events if isinstance(event, CreditItemRecorded)][-2:]
    assert (late.code, late.points_tenths, late.valid_to) == ("D31", 40, date(2027, 3, 2))
    assert (valid.code, valid.points_tenths, valid.valid_to) == ("D27", 10, date(2026, 9, 2))

    file = (await client.get(f"{API}/companies/{ORG}/file", headers=officer)).json()
    assert file["score"]["total_tenths"] == file["company"]["score_tenths"] == 830
    assert [node["points_tenths"] for node in file["score"]["tree"]["children"]] == [800, 80, -50]
    assert len(file["items"]) == 18
    assert [(project["live_days"], project["start"]) for project in file["projects"]] == [(121, "2025-11-01")]


def _changed(old: Grade | None, new: Grade, score_tenths: int, *, rated: bool) -> CreditGradeChanged:
    return CreditGradeChanged(
        org=ORG,
        score_tenths=score_tenths,
        old_grade=old,
        new_grade=new,
        rated=rated,
        scheme="NZ-DEFAULT-1",
        effective_on=TODAY,
    )
