"""What the database itself refuses, whoever asks."""

import re
from enum import StrEnum
from typing import Final

import asyncpg
import pytest
from mediation_desk import Desk, Staff

from dispute_mediation.clocks.domain import LimitUnit, Stage
from dispute_mediation.complaints import domain as complaints
from dispute_mediation.items import domain as items
from dispute_mediation.leaves.domain import Danger
from dispute_mediation.main import SERVICE
from dispute_mediation.meetings import domain as meetings
from dispute_mediation.tables import metadata
from shared.storage import Schema, downgrade, migrate, unmigrated_changes
from shared.testing import ServiceDatabase


async def _refuses_change(
    desk: Desk, table: str, change: str, *, fault: type[Exception] = asyncpg.CheckViolationError
) -> None:
    await _refuses(desk, f"UPDATE {table} SET {change}", fault=fault)  # noqa: S608 - our own words


async def _refuses(desk: Desk, statement: str, *, fault: type[Exception]) -> None:
    async with desk.database.pool.acquire() as connection:
        with pytest.raises(fault):
            await connection.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'lost'",
        "channel = 'carrier_pigeon'",
        "urgency = 'whenever'",
        "state = 'rejected'",
        "state = 'merged'",
        "master_id = id, state = 'merged'",
        "rejection_reason = 'in_court'",
        "state = 'accepted'",
        "handler = 'li', barred_handler = 'li'",
        "level = 'province'",
        "stage = 'forgotten'",
    ],
)
async def test_a_case_in_an_impossible_state_is_refused(desk: Desk, change: str) -> None:
    await desk.file()

    await _refuses_change(desk, "cases", change)


async def test_a_leaf_or_reason_that_is_none_is_refused(desk: Desk) -> None:
    await desk.file()
    fault = asyncpg.ForeignKeyViolationError

    await _refuses_change(desk, "cases", "leaf = 'XXX-01'", fault=fault)
    await _refuses_change(desk, "cases", "state = 'rejected', rejection_reason = 'no_time'", fault=fault)


async def test_an_order_is_one_case_only(desk: Desk) -> None:
    await desk.file(person_phone="13900000001")
    await desk.file(person_phone="13900000002")

    await _refuses_change(desk, "cases", "order_no = 'HZ1'", fault=asyncpg.UniqueViolationError)


@pytest.mark.parametrize(
    "change",
    [
        "result = 'unsolved'",
        "org = '91610703MA6YT3K7X1'",
        "reply = '改过的答复'",
        "evidence_hash = 'x'",
        "resolved_by = 'somebody'",
    ],
)
async def test_a_result_on_record_stands(desk: Desk, change: str) -> None:
    await desk.resolved()

    await _refuses_change(desk, "resolutions", change, fault=asyncpg.RestrictViolationError)


async def test_nobody_confirms_their_own_finding(desk: Desk) -> None:
    await desk.resolved()

    await _refuses_change(desk, "resolutions", "confirmed_by = resolved_by, confirmed_at = now()")


async def test_a_confirmation_is_not_taken_back(desk: Desk) -> None:
    case_id = await desk.resolved()
    await desk.done(f"/complaints/{case_id}/liability-confirmation", Staff.authority)
    change = "confirmed_by = NULL, confirmed_at = NULL"

    await _refuses_change(desk, "resolutions", change, fault=asyncpg.RestrictViolationError)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE case_statements SET text = 'rewritten'",
        "UPDATE case_steps SET note = 'rewritten'",
        "DELETE FROM case_steps",
        "DELETE FROM callbacks",
        "UPDATE journal SET person = 'nobody'",
    ],
)
async def test_what_was_written_and_done_is_not_rewritten(desk: Desk, statement: str) -> None:
    await desk.handled()

    await _refuses(desk, statement, fault=asyncpg.RestrictViolationError)


async def test_a_person_can_be_forgotten(desk: Desk) -> None:
    await desk.file()

    async with desk.database.pool.acquire() as connection:
        assert await connection.execute("DELETE FROM case_persons") == "DELETE 1"


@pytest.mark.parametrize(
    "change",
    [
        "state = 'forgotten'",
        "claimed_by = 'sun', verified_by = 'sun'",
        "state = 'verified'",
        "due_at = assigned_at",
        "stage = 'later'",
    ],
)
async def test_a_duty_in_an_impossible_state_is_refused(desk: Desk, change: str) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    await desk.done("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id))

    await _refuses_change(desk, "items", change)


@pytest.mark.parametrize(
    "change", ["state = 'postponed'", "state = 'minuted'", "noticed_at = now() + interval '1 day'"]
)
async def test_a_meeting_in_an_impossible_state_is_refused(desk: Desk, change: str) -> None:
    await desk.held(await desk.handled())

    await _refuses_change(desk, "meetings", change)


async def test_the_migration_makes_what_the_code_knows_and_takes_it_away_again(
    service_database: ServiceDatabase,
) -> None:
    schema: Schema = SERVICE.schema
    dsn = service_database.admin_dsn
    assert schema.metadata is metadata

    assert await unmigrated_changes(dsn, schema=schema) == ""
    await downgrade(dsn, schema=schema)
    await migrate(dsn, schemas=[schema])

    assert await unmigrated_changes(dsn, schema=schema) == ""


_SETS: Final = {
    ("cases", "state"): complaints.State,
    ("cases", "channel"): complaints.Channel,
    ("cases", "kind"): complaints.Kind,
    ("cases", "urgency"): complaints.Urgency,
    ("cases", "stage"): Stage,
    ("resolutions", "result"): complaints.Result,
    ("resolutions", "liability"): complaints.Liability,
    ("resolutions", "degree"): complaints.Degree,
    ("leaves", "limit_unit"): LimitUnit,
    ("leaves", "first_unit"): LimitUnit,
    ("leaves", "danger"): Danger,
    ("meetings", "state"): meetings.State,
    ("meetings", "level"): meetings.Level,
    ("meetings", "kind"): meetings.MeetingKind,
    ("items", "state"): items.State,
    ("items", "stage"): Stage,
}


@pytest.mark.parametrize(("table", "column"), list(_SETS))
async def test_the_sets_of_the_database_are_those_of_the_rules(desk: Desk, table: str, column: str) -> None:
    async with desk.database.pool.acquire() as connection:
        check = await connection.fetchval(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = $1", f"ck_{table}_{column}"
        )

    assert set(re.findall(r"'([a-z0-9_]+)'", check)) == {value.value for value in _SETS[table, column]}


@pytest.mark.parametrize(
    ("index", "states"), [("ix_cases_district_due_at", complaints.OPEN), ("ix_items_due_at", items.OWED)]
)
async def test_the_indexes_of_clocks_hold_the_rows_whose_clock_runs(
    desk: Desk, index: str, states: frozenset[StrEnum]
) -> None:
    async with desk.database.pool.acquire() as connection:
        made = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", index)

    assert set(re.findall(r"'([a-z0-9_]+)'", made)) == {state.value for state in states}
