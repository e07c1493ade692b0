"""Logins that are not a service's own: the database itself shows them their territory alone."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import TypeAlias

import asyncpg
import pytest
from sample_service import SAMPLE, add_thing, metadata

from shared.kernel import Actor, Scope
from shared.storage import (
    Database,
    Occasion,
    Reader,
    ReaderNameUnusable,
    ReaderNotOurs,
    ReaderTerritoryUnusable,
    add_reader,
    administrator,
    guard,
    list_readers,
    migrate,
    remove_reader,
)
from shared.testing import ServiceDatabase, SettableClock

EVERYTHING = "SELECT id, territory FROM sample.things ORDER BY territory"
TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011 - the server compares with its own day
PASSWORD = "it's 秘密"


def reader(**changed: object) -> Reader:
    plain = {"login": "report_hantai", "territory": "610703001", "purpose": "report", "until": TOMORROW}
    return Reader(**{**plain, **changed})  # type: ignore[arg-type]


@pytest.fixture
async def admin(service_database: ServiceDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    async with administrator(service_database.admin_dsn) as connection:
        yield connection
        for left in await list_readers(connection):
            await remove_reader(connection, login=left.login)


@pytest.fixture
async def things(database: Database, clock: SettableClock) -> None:
    officer = Actor(person="p-1", role="R11", scope=Scope("61"))
    async with database.begin(Occasion(actor=officer, now=clock())) as work:
        for territory in ("610703001", "610703001001", "610703002", "6107", "610703010"):
            await add_thing(work, name="roof", territory=territory)


async def as_login(place: ServiceDatabase, login: str) -> "asyncpg.Connection[asyncpg.Record]":
    address = place.admin_dsn.partition("@")[2]
    return await asyncpg.connect(f"postgresql://{address}", user=login, password=PASSWORD)


async def seen(place: ServiceDatabase, login: str = "report_hantai") -> list[str]:
    connection = await as_login(place, login)
    try:
        return [row["territory"] for row in await connection.fetch(EVERYTHING)]
    finally:
        await connection.close()


pytestmark = pytest.mark.usefixtures("things")
Admin: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


async def test_a_statement_without_a_predicate_shows_the_readers_territory_alone(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    await add_reader(admin, reader(), password=PASSWORD)

    assert await seen(service_database) == ["610703001", "610703001001"]


async def test_without_the_guard_it_would_show_everything(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    await add_reader(admin, reader(), password=PASSWORD)

    await admin.execute("ALTER TABLE sample.things DISABLE ROW LEVEL SECURITY")
    unguarded = await seen(service_database)
    await guard(admin, schema="sample", metadata=metadata)

    assert unguarded == ["6107", "610703001", "610703001001", "610703002", "610703010"]
    assert await seen(service_database) == ["610703001", "610703001001"]


async def test_a_login_sees_nothing_after_its_last_day_or_without_a_scope(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    await add_reader(admin, reader(), password=PASSWORD)

    await admin.execute("UPDATE readers.scopes SET until = current_date - 1")
    after = await seen(service_database)
    await admin.execute("UPDATE readers.scopes SET login = 'somebody_else'")
    without = await seen(service_database)
    await admin.execute("UPDATE readers.scopes SET login = 'report_hantai'")

    assert (after, without) == ([], [])


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT name FROM sample.things",
        "SELECT * FROM sample.things",
        "SELECT * FROM sample.journal",
        "SELECT * FROM sample.clear_views",
        "SELECT * FROM readers.scopes",
        "SET ROLE sample",
    ],
)
async def test_a_login_reads_no_column_and_no_table_that_is_not_declared(
    admin: Admin, service_database: ServiceDatabase, statement: str
) -> None:
    await add_reader(admin, reader(), password=PASSWORD)
    connection = await as_login(service_database, "report_hantai")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)

    await connection.close()


async def test_a_login_cannot_write_even_where_it_asks_for_it(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    await add_reader(admin, reader(), password=PASSWORD)
    connection = await as_login(service_database, "report_hantai")
    await connection.execute("SET default_transaction_read_only = off")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM sample.things")

    await connection.close()


async def test_a_login_of_another_kind_is_never_touched(admin: Admin, database: Database) -> None:
    with pytest.raises(ReaderNotOurs):
        await add_reader(admin, reader(login="sample"), password=PASSWORD)
    with pytest.raises(ReaderNotOurs):
        await remove_reader(admin, login="sample")

    assert await database.answers()


@pytest.mark.parametrize("login", ["", "ab", "Report", "a b", 'x"; DROP TABLE things; --', "r" * 41])
async def test_a_login_is_a_plain_word(admin: Admin, login: str) -> None:
    with pytest.raises(ReaderNameUnusable):
        await add_reader(admin, reader(login=login), password=PASSWORD)


@pytest.mark.parametrize("territory", ["", "61070", "汉台区"])
async def test_a_login_reads_a_territory_never_the_nation(admin: Admin, territory: str) -> None:
    with pytest.raises(ReaderTerritoryUnusable):
        await add_reader(admin, reader(territory=territory), password=PASSWORD)


async def test_a_reader_is_changed_by_being_added_again(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    await add_reader(admin, reader(), password="another password")

    await add_reader(admin, reader(territory="610703002"), password=PASSWORD)

    assert await seen(service_database) == ["610703002"]
    assert await list_readers(admin) == [reader(territory="610703002")]


async def test_migrating_again_takes_no_lock_on_a_guarded_table(
    admin: Admin, service_database: ServiceDatabase
) -> None:
    async with admin.transaction():
        await admin.execute("LOCK TABLE sample.things IN ACCESS SHARE MODE")

        await migrate(service_database.admin_dsn, schemas=[SAMPLE.schema])
