"""What the database itself refuses, whoever writes to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from estate_registry.main import SERVICE
from shared.kernel import new_id
from shared.storage import downgrade, migrate, unmigrated_changes
from shared.testing import ServiceDatabase

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

MakeEstate = Callable[..., Awaitable[dict[str, Any]]]
TABLES = ["operator_assignments", "estate_modes"]
WHO = {
    "operator_assignments": "'custody', NULL, 'x:town', NULL",
    "estate_modes": "'quasi_service'",
}


@pytest.fixture
async def connection(service_database: ServiceDatabase) -> AsyncIterator["Connection"]:
    settings = {"search_path": "estate_registry,public"}
    opened = await asyncpg.connect(service_database.admin_dsn, server_settings=settings)
    yield opened
    await opened.close()


def columns(table: str) -> str:
    who = "kind, org, custodian, contract_id" if table == "operator_assignments" else "mode"
    return f"id, estate_id, {who}, starts_on, ends_on, reason"


async def insert(connection: "Connection", table: str, estate: str, starts: str, ends: str | None) -> None:
    end = "NULL" if ends is None else f"'{ends}'"
    await connection.execute(
        f"INSERT INTO {table} ({columns(table)}) VALUES ($1, $2, {WHO[table]}, '{starts}', {end}, 'x')",  # noqa: S608 - constants
        new_id(),
        estate,
    )


@pytest.mark.parametrize("table", TABLES)
async def test_two_on_the_same_day(connection: "Connection", make_estate: MakeEstate, table: str) -> None:
    estate = await make_estate()

    with pytest.raises(asyncpg.ExclusionViolationError):
        await insert(connection, table, estate["id"], "2026-01-01", "2026-01-02")


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM {table}",
        "UPDATE {table} SET ends_on = '2026-01-01'",
        "UPDATE {table} SET starts_on = '2025-01-02'",
        "UPDATE {table} SET starts_on = '2024-12-31'",
    ],
)
async def test_a_day_with_none_and_a_day_before_the_first(
    connection: "Connection",
    make_estate: MakeEstate,
    table: str,
    change: str,
) -> None:
    await make_estate()

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await connection.execute(change.format(table=table))

    assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 1  # noqa: S608 - a constant


@pytest.mark.parametrize("table", TABLES)
async def test_a_gap_between_two_is_seen_at_the_commit_not_before(
    connection: "Connection",
    make_estate: MakeEstate,
    table: str,
) -> None:
    estate = await make_estate()

    async with connection.transaction():
        await connection.execute(f"UPDATE {table} SET ends_on = '2026-01-01'")  # noqa: S608 - a constant
        await insert(connection, table, estate["id"], "2026-01-01", None)

    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(f"UPDATE {table} SET starts_on = '2026-01-02' WHERE starts_on = '2026-01-01'")  # noqa: S608 - a constant
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await transaction.commit()


@pytest.mark.parametrize("table", TABLES)
async def test_a_row_that_ends_before_the_first_day(
    connection: "Connection", make_estate: MakeEstate, table: str
) -> None:
    estate = await make_estate()

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await insert(connection, table, estate["id"], "2019-01-01", "2019-02-01")


@pytest.mark.parametrize("table", TABLES)
async def test_an_open_row_that_takes_the_place_of_one_and_leaves_a_gap(
    connection: "Connection", make_estate: MakeEstate, table: str
) -> None:
    estate = await make_estate()

    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
    await insert(connection, table, estate["id"], "2026-01-02", None)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await transaction.commit()


async def test_an_estate_without_operator_and_mode(connection: "Connection", make_estate: MakeEstate) -> None:
    await make_estate()

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await connection.execute(
            "INSERT INTO estates SELECT (json_populate_record(e, json_build_object("
            "'id', gen_random_uuid(), 'code', '610703001-0002-2', 'name_key', 'x'))).* FROM estates e"
        )


async def test_a_record_that_begins_before_its_first_operator(
    connection: "Connection", make_estate: MakeEstate
) -> None:
    await make_estate()

    with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="has a day without one row"):
        await connection.execute("UPDATE estates SET covered_from = '2020-01-01'")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE estates SET mode = 'nobody'",
        "UPDATE estates SET households = -1",
        "UPDATE estates SET territory = '610703002001'",
        "UPDATE operator_assignments SET kind = 'company'",
        "UPDATE operator_assignments SET org = 'x'",
        "UPDATE operator_assignments SET custodian = NULL",
        "UPDATE estate_modes SET ends_on = starts_on",
    ],
)
async def test_states_outside_their_set_and_operators_that_are_nobody(
    connection: "Connection",
    make_estate: MakeEstate,
    change: str,
) -> None:
    await make_estate()

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(change)


async def test_a_finished_import_whose_counts_do_not_add_up(
    connection: "Connection",
    take_in: Callable[..., Awaitable[dict[str, Any]]],
) -> None:
    await take_in("名称\n汉山小区\n".encode(), territory="610703001")

    for change in ("rows = 2", "taken = 2", "state = 'lost'"):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(f"UPDATE imports SET {change}")  # noqa: S608 - constants


async def test_the_migrations_make_what_the_code_declares_and_can_be_taken_back(
    service_database: ServiceDatabase,
) -> None:
    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""

    await downgrade(service_database.admin_dsn, schema=SERVICE.schema)
    await migrate(service_database.admin_dsn, schemas=[SERVICE.schema])

    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""
