"""Every scoped table of every service is guarded against logins that are not the service's own."""

import pytest

from onebox.services import SERVICES
from shared.service import Service
from shared.storage import READERS, Database

# What a reading login must never see: persons, their words, and what is sealed or finds them again.
PERSONAL = {
    "filed_by",
    "handler",
    "mark",
    "caller_mark",
    "bank_account",
    "bank_account_shown",
    "account_holder",
    "content",
    "title",
    "text",
    "memo",
    "person",
    "recorded_by",
    "confirmed_by",
    "contact",
    "minutes",
    "caller",
    "address",
    "place_text",
}


def scoped_tables(service: Service) -> set[str]:
    return {
        table.name
        for table in service.metadata.tables.values()
        if any(column.info.get("scope") for column in table.columns)
    }


async def test_every_scoped_table_has_row_level_security_for_both_kinds_of_login(
    service: Service, database: Database
) -> None:
    async with database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT c.relname AS name, array_agg(p.polname::text ORDER BY p.polname) AS policies "
            "FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid "
            "WHERE c.relnamespace = $1::regnamespace AND c.relrowsecurity GROUP BY 1",
            service.package,
        )

    assert {row["name"]: row["policies"] for row in rows} == {
        name: ["of_readers", "of_service"] for name in scoped_tables(service)
    }


async def test_a_reading_login_sees_no_unscoped_table_and_no_personal_column(
    service: Service, database: Database
) -> None:
    async with database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT table_name, column_name FROM information_schema.column_privileges "
            "WHERE table_schema = $1 AND grantee = $2",
            service.package,
            READERS,
        )

    assert {row["table_name"] for row in rows} <= scoped_tables(service)
    assert {row["column_name"] for row in rows} & PERSONAL == set()


async def test_the_guard_costs_the_service_no_filter(service: Service, database: Database) -> None:
    async with database.pool.acquire() as connection:
        for table in sorted(scoped_tables(service)):
            plan = await connection.fetch(f"EXPLAIN SELECT * FROM {table}")  # noqa: S608 - our own names

            assert not [row for row in plan if "Filter" in row[0]], table


@pytest.mark.parametrize("noun", ["cases", "estates", "claims", "companies"])
def test_what_a_report_counts_is_readable(noun: str) -> None:
    (table,) = (
        table
        for service in SERVICES
        for table in service.metadata.tables.values()
        if table.name == noun and "readable" in table.info
    )

    assert {"territory", "version"} <= set(table.info["readable"])
