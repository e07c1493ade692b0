"""The scheme is data: the shipped one whole, another one loaded, a contradictory one refused."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from credit_samples import API, BASE, ORG, Record, Standing

from credit_rating.main import SERVICE
from credit_rating.schemes.domain import Cut, Scheme, faults_of
from credit_rating.schemes.shipped import read_scheme
from credit_rating.scores import commands as scores
from shared.contracts.credit_rating import CreditGradeChanged
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, recorded_events, run_due_tasks

SHIPPED = read_scheme("nz-default-1")


def test_the_shipped_scheme_has_all_its_items() -> None:
    kinds = Counter(item.kind for item in SHIPPED.items)

    assert kinds == {"base": 12, "good": 20, "bad": 48, "blacklist": 7}
    assert len(SHIPPED.items) == 87
    assert sum(len(item.values) for item in SHIPPED.items) == 91
    assert faults_of(SHIPPED) == []


@pytest.mark.parametrize(
    ("kind", "severity", "months"),
    [
        ("bad", "minor", {6}),
        ("bad", "general", {12}),
        ("bad", "grave", {24}),
        ("blacklist", None, {36}),
        ("base", None, {12}),
    ],
)
def test_an_item_lasts_as_long_as_its_class_says(kind: str, severity: str | None, months: set[int]) -> None:
    found = {item.validity_months for item in SHIPPED.items if (item.kind, item.severity) == (kind, severity)}

    assert found == months


@pytest.mark.parametrize(
    ("code", "variant", "points"),
    [
        ("B01", "", 80),
        ("B12", "", 50),
        ("G07", "", 15),
        ("D04", "", 100),
        ("D24", "general", 150),
        ("D24", "larger", 300),
        ("D27", "", 10),
        ("D31", "", 40),
        ("D36", "district", 30),
        ("D36", "city", 50),
        ("D37", "fair", 30),
        ("D37", "failed", 80),
        ("D44", "late", 80),
        ("D44", "very_late", 200),
    ],
)
def test_points_are_those_of_the_table(code: str, variant: str, points: int) -> None:
    assert SHIPPED.item(code).value_of(variant).points_tenths == points


def test_every_row_of_the_shipped_data_says_where_it_comes_from() -> None:
    folder = Path(SERVICE.schema.migrations).parent / "data"
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        assert rows
        assert [row for row in rows if not (row["source"] and row["tag"])] == [], file.name


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (replace(SHIPPED, base_cap_tenths=790), "base items add up to 800, the base cap is 790 (tenths)"),
        (replace(SHIPPED, items=(*SHIPPED.items, SHIPPED.item("G01"))), "the code G01 appears twice"),
        (
            replace(SHIPPED, cuts=(Cut("AAA", 800), Cut("AA", 850))),
            "the cuts of the grades must descend",
        ),
        (replace(SHIPPED, cuts=(Cut("A", 800), Cut("A", 700))), "the grade A appears twice"),
        (
            replace(SHIPPED, repeat_factors_tenths=(15, 20)),
            "the repeat factors must start at 1 and never fall",
        ),
        (
            replace(SHIPPED, repeat_factors_tenths=(10, 20, 15)),
            "the repeat factors must start at 1 and never fall",
        ),
        (
            replace(
                SHIPPED,
                items=(*SHIPPED.items, replace(SHIPPED.item("D27"), code="D49")),
            ),
            "the cause complaint_liability belongs to two items",
        ),
        (
            replace(
                SHIPPED, items=(*SHIPPED.items, replace(SHIPPED.item("G01"), code="G21", severity="grave"))
            ),
            "G21: only bad items have a class",
        ),
        (
            replace(SHIPPED, items=(*SHIPPED.items, replace(SHIPPED.item("G01"), code="G21", values=()))),
            "G21 has no value or a variant twice",
        ),
        (
            replace(
                SHIPPED,
                items=(
                    *(replace(item, cause=None) for item in SHIPPED.items),
                    replace(SHIPPED.item("D24"), code="D49", cause="complaint_liability"),
                ),
            ),
            "D49 cannot be recorded by a cause",
        ),
    ],
)
def test_a_scheme_that_contradicts_itself_is_found_out(broken: Scheme, fault: str) -> None:
    assert [found.en for found in faults_of(broken)] == [fault]


@pytest.fixture
async def stricter(client: httpx.AsyncClient, officer: dict[str, str]) -> dict[str, Any]:
    """Return the shipped scheme as a body of another version, with AAA and AA out of easy reach."""
    scheme: dict[str, Any] = (await client.get(f"{API}/schemes/NZ-DEFAULT-1", headers=officer)).json()
    items = [
        {
            **{key: value for key, value in item.items() if value not in ("", None)},
            "values": [{key: part for key, part in value.items() if part != ""} for value in item["values"]],
        }
        for item in scheme["items"]
    ]
    cuts = [
        {"grade": "AAA", "at_least_tenths": 1100},
        {"grade": "AA", "at_least_tenths": 1000},
        {"grade": "A", "at_least_tenths": 700},
    ]
    return {**scheme, "version": "SX-2024-1071", "in_force_from": "2026-03-10", "cuts": cuts, "items": items}


async def test_the_shipped_scheme_can_be_read_whole(
    client: httpx.AsyncClient, officer: dict[str, str]
) -> None:
    listed = (await client.get(f"{API}/schemes", headers=officer)).json()["items"]
    scheme = await client.get(f"{API}/schemes/NZ-DEFAULT-1", headers=officer)
    nobody = await client.get(f"{API}/schemes")
    missing = await client.get(f"{API}/schemes/nothing", headers=officer)

    assert [(line["version"], line["item_count"]) for line in listed] == [("NZ-DEFAULT-1", 87)]
    assert [item["code"] for item in scheme.json()["items"]] == [item.code for item in SHIPPED.items]
    assert (nobody.status_code, missing.status_code) == (401, 404)


async def test_another_scheme_scores_from_its_first_day_without_a_change_of_code(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    rated: dict[str, Any],
    effective: Record,
    standing: Standing,
    leader: dict[str, str],
    stricter: dict[str, Any],
) -> None:
    for code in BASE:
        await effective(code)
    assert await standing() == (800, "AA", True)

    loaded = await client.post(f"{API}/schemes", json=stricter, headers=leader)
    assert (loaded.status_code, loaded.headers["etag"]) == (201, '"SX-2024-1071"')
    assert await run_due_tasks(SERVICE, database, clock) == 0
    assert await standing() == (800, "AA", True)

    clock.advance(timedelta(days=7, hours=12))
    assert await run_due_tasks(SERVICE, database, clock) == 2

    assert await standing() == (800, "A", True)
    assert (await client.get(f"{API}/companies/{rated['org']}")).json()["scheme"] == "SX-2024-1071"
    last = (await recorded_events(database))[-1]
    assert isinstance(last, CreditGradeChanged)
    assert (last.org, last.old_grade, last.new_grade, last.scheme) == (ORG, "AA", "A", "SX-2024-1071")


@pytest.mark.usefixtures("rated")
async def test_a_switch_reaches_every_company_however_many_there_are(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    officer: dict[str, str],
    leader: dict[str, str],
    application: dict[str, Any],
    stricter: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scores, "BATCH", 1)
    for org in ("91610703MA6YT3K7X1", "91610703MAB0H9Q268"):
        await client.post(f"{API}/companies", json={**application, "org": org}, headers=officer)
    await client.post(f"{API}/schemes", json=stricter, headers=leader)

    clock.advance(timedelta(days=8))
    await run_due_tasks(SERVICE, database, clock)

    views = (await client.get(f"{API}/companies")).json()["items"]
    assert [view["scheme"] for view in views] == ["SX-2024-1071"] * 3


async def test_a_version_is_loaded_once_and_never_for_the_past(
    client: httpx.AsyncClient, leader: dict[str, str], stricter: dict[str, Any]
) -> None:
    past = await client.post(
        f"{API}/schemes", json={**stricter, "in_force_from": "2026-03-01"}, headers=leader
    )
    taken = await client.post(f"{API}/schemes", json={**stricter, "version": "NZ-DEFAULT-1"}, headers=leader)

    assert (past.status_code, past.json()["type"]) == (409, "/api/problems/scheme-in-the-past")
    assert (taken.status_code, taken.json()["type"]) == (409, "/api/problems/scheme-version-exists")


async def test_a_contradictory_scheme_is_refused_with_every_contradiction(
    client: httpx.AsyncClient, leader: dict[str, str], stricter: dict[str, Any]
) -> None:
    broken = {**stricter, "base_cap_tenths": 700, "cuts": stricter["cuts"][::-1]}

    refused = await client.post(f"{API}/schemes", json=broken, headers={**leader, "accept-language": "en"})

    assert (refused.status_code, refused.json()["type"]) == (409, "/api/problems/scheme-unsound")
    assert "base items add up to 800" in refused.json()["detail"]
    assert "must descend" in refused.json()["detail"]
    assert (await client.get(f"{API}/schemes/SX-2024-1071", headers=leader)).status_code == 404


@pytest.mark.parametrize("role", [Role.AUTHORITY_OFFICER, Role.COMPANY_OFFICE, Role.DISTRICT_LEADER])
async def test_only_the_authoritys_leader_loads_a_scheme(
    client: httpx.AsyncClient, stricter: dict[str, Any], role: Role
) -> None:
    response = await client.post(f"{API}/schemes", json=stricter, headers=as_role(role, org=ORG))

    assert response.status_code == 403
