"""Rules and calendar in the service's own tables: seeded without harm, read through a short memory."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shared.kernel import Actor, Deadline
from shared.rules import (
    MalformedRuleError,
    forget_rules,
    read_rules,
    rule_book,
    seed_calendar,
    seed_rules,
    working_calendar,
)
from shared.storage import Database, Occasion
from shared.testing import SettableClock

HEAD = "key,value,unit,source,tag,floor,valid_from,valid_to,territory\n"
NOTICE = "er.notice_days,60,d,946,C1,min,2021-01-01,,\n"
LOCAL = "er.notice_days,90,d,local,A,,2021-01-01,2026-12-31,610703\n"
NARROW = "INSERT INTO rule_parameters VALUES ('er.notice_days', '610703', $1, NULL, '75', 'd', 'x', 'A', '')"
COUNTS = "SELECT sum(xmin::text::bigint), count(*) FROM {}"

Ship = Callable[[str], str]


@pytest.fixture
def ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ship:
    """Return a function that puts a table of rules into a package and names the package."""
    monkeypatch.syspath_prepend(tmp_path)
    package = f"shipped_{tmp_path.name}"

    def put(rows: str) -> str:
        folder = tmp_path / package / "data"
        folder.mkdir(parents=True, exist_ok=True)
        (folder.parent / "__init__.py").touch()
        (folder / "rules.csv").write_text(HEAD + rows, encoding="utf-8")
        return package

    return put


def occasion(clock: SettableClock) -> Occasion:
    return Occasion(actor=Actor.system("test"), now=clock())


async def notice_days(database: Database, clock: SettableClock) -> int:
    async with database.read(occasion(clock)) as work:
        return (await rule_book(work)).integer("er.notice_days", territory="610703001", on=date(2026, 3, 2))


async def seed(database: Database, clock: SettableClock, package: str) -> None:
    async with database.begin(occasion(clock)) as work:
        await seed_rules(work, package=package)
        await seed_calendar(work)


async def test_shipped_rules_are_read_back(database: Database, clock: SettableClock, ship: Ship) -> None:
    package = ship(NOTICE + LOCAL)
    await seed(database, clock, package)

    async with database.read(occasion(clock)) as work:
        book = await rule_book(work)

    rows = [book.parameter("er.notice_days", territory=code, on=date(2026, 3, 2)) for code in ("", "610703")]
    assert rows == list(read_rules(package=package))


async def test_seeding_again_touches_no_row(database: Database, clock: SettableClock, ship: Ship) -> None:
    package = ship(NOTICE + LOCAL)
    await seed(database, clock, package)
    before = await versions(database, clock)

    await seed(database, clock, package)

    assert await versions(database, clock) == before
    assert [count for _, count in before] == [2, 678, 21]


async def versions(database: Database, clock: SettableClock) -> list[tuple[int, int]]:
    """Return for each table which transactions wrote its rows, and how many rows there are."""
    async with database.read(occasion(clock)) as work:
        tables = ("rule_parameters", "calendar_days", "calendar_years")
        rows = [await work.connection.fetchrow(COUNTS.format(table)) for table in tables]
    return [(int(row[0]), int(row[1])) for row in rows if row is not None]


async def test_a_changed_shipped_row_replaces_the_stored_one(
    database: Database, clock: SettableClock, ship: Ship
) -> None:
    await seed(database, clock, ship(NOTICE))
    assert await notice_days(database, clock) == 60

    await seed(database, clock, ship(NOTICE.replace("60", "61")))

    assert await notice_days(database, clock) == 61


async def test_rules_are_kept_in_memory_for_half_a_minute(
    database: Database, clock: SettableClock, ship: Ship
) -> None:
    await seed(database, clock, ship(NOTICE))
    assert await notice_days(database, clock) == 60
    async with database.begin(occasion(clock)) as work:
        await work.connection.execute(NARROW, date(2026, 1, 1))

    clock.advance(timedelta(seconds=29))
    kept = await notice_days(database, clock)
    clock.advance(timedelta(seconds=1))

    assert (kept, await notice_days(database, clock)) == (60, 75)


async def test_a_process_that_changes_a_rule_forgets_the_old_one(
    database: Database, clock: SettableClock, ship: Ship
) -> None:
    await seed(database, clock, ship(NOTICE))
    assert await notice_days(database, clock) == 60

    async with database.begin(occasion(clock)) as work:
        await work.connection.execute(NARROW, date(2026, 1, 1))
        forget_rules(work)

    assert await notice_days(database, clock) == 75


async def test_the_seeded_calendar_is_the_announced_one(database: Database, clock: SettableClock) -> None:
    async with database.begin(occasion(clock)) as work:
        await seed_calendar(work)
        calendar = await working_calendar(work)

    first, last = date(2007, 1, 1), date(2026, 12, 31)
    every_day = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    assert [
        day for day in every_day if calendar.is_working_day(day) != chinese_calendar.is_workday(day)
    ] == []
    assert calendar.published_years == frozenset(range(2007, 2027))
    assert calendar.add_working_days(date(2026, 9, 30), 1) == Deadline(date(2026, 10, 8))
    assert calendar.add_working_days(date(2026, 12, 31), 1).provisional


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (NOTICE + NOTICE, "twice: er.notice_days"),
        (NOTICE.replace(",min,", ",statutory,"), "er.notice_days.*floor"),
        (NOTICE.replace(",,\n", ",,6107031\n"), "er.notice_days.*territory"),
        (NOTICE.replace("2021-01-01", "2021"), "er.notice_days.*day"),
    ],
)
def test_a_malformed_table_of_rules_is_refused(ship: Ship, rows: str, fault: str) -> None:
    package = ship(rows)

    with pytest.raises(MalformedRuleError, match=fault):
        read_rules(package=package)
