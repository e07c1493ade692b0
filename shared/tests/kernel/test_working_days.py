"""Working days: the State Council's calendar, terms of the Civil Code, and years not announced yet."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import Deadline, WorkingCalendar, end_of, local_date

HOLIDAYS = Path(__file__).parents[3].parent / "shared" / "data" / "holidays"
# The National Day week of 2026 and the days around it, in a calendar that knows 2025 and 2026.
CALENDAR = WorkingCalendar(
    days_off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    make_up_days=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    published_years=frozenset({2025, 2026}),
)
BARE = WorkingCalendar(days_off=frozenset(), make_up_days=frozenset(), published_years=frozenset())
days = st.dates(min_value=date(2007, 1, 1), max_value=date(2030, 12, 31))


@pytest.fixture(scope="module")
def announced() -> WorkingCalendar:
    if not HOLIDAYS.exists():
        pytest.skip("shared/data/holidays is not beside the repository")
    papers = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(HOLIDAYS.glob("*.json"))]
    named = [(date.fromisoformat(day["date"]), day["isOffDay"]) for paper in papers for day in paper["days"]]
    return WorkingCalendar(
        days_off=frozenset(day for day, off in named if off),
        make_up_days=frozenset(day for day, off in named if not off),
        published_years=frozenset(paper["year"] for paper in papers if paper["papers"]),
    )


def test_notices_agree_with_an_independent_calendar(announced: WorkingCalendar) -> None:
    first, last = date(2007, 1, 1), date(2026, 12, 31)
    every_day = [first + timedelta(days=step) for step in range((last - first).days + 1)]

    assert [
        day for day in every_day if announced.is_working_day(day) != chinese_calendar.is_workday(day)
    ] == []


def test_the_next_year_is_not_announced_yet(announced: WorkingCalendar) -> None:
    assert 2027 not in announced.published_years
    assert announced.is_certain(date(2026, 12, 28))
    assert not announced.is_certain(date(2027, 1, 4))


def test_a_weekend_day_that_is_made_up_is_worked() -> None:
    assert CALENDAR.is_working_day(date(2026, 10, 10))
    assert not CALENDAR.is_working_day(date(2026, 10, 11))
    assert not CALENDAR.is_working_day(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 3), 0, date(2026, 10, 8)),
        (date(2026, 10, 8), 0, date(2026, 10, 8)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
    ],
)
def test_a_term_of_working_days_leaves_out_its_start(start: date, n: int, end: date) -> None:
    assert CALENDAR.add_working_days(start, n) == Deadline(end)


def test_sixty_days_of_a_dismissal_notice_end_on_30_april() -> None:
    served = date(2026, 3, 1)

    assert CALENDAR.natural_deadline(served, 60) == Deadline(date(2026, 4, 30))
    assert served + timedelta(days=30) == date(2026, 3, 31)


def test_a_natural_term_that_ends_on_a_rest_day_ends_on_the_next_working_day() -> None:
    assert CALENDAR.natural_deadline(date(2026, 9, 24), 7) == Deadline(date(2026, 10, 8))
    assert CALENDAR.natural_deadline(date(2026, 9, 24), 8) == Deadline(date(2026, 10, 8))


def test_a_term_into_an_unannounced_year_is_provisional() -> None:
    assert CALENDAR.add_working_days(date(2026, 12, 24), 2) == Deadline(date(2026, 12, 28))
    assert CALENDAR.add_working_days(date(2026, 12, 24), 6) == Deadline(date(2027, 1, 1), provisional=True)
    assert CALENDAR.natural_deadline(date(2026, 12, 1), 60) == Deadline(date(2027, 2, 1), provisional=True)


def test_only_days_that_are_counted_must_be_certain() -> None:
    assert CALENDAR.add_working_days(date(2024, 12, 31), 1) == Deadline(date(2025, 1, 1))
    assert CALENDAR.add_working_days(date(2024, 12, 31), 0) == Deadline(date(2024, 12, 31), provisional=True)


def test_the_last_days_of_a_year_wait_for_the_next_notice() -> None:
    assert CALENDAR.is_certain(date(2025, 12, 30))
    assert CALENDAR.add_working_days(date(2026, 12, 28), 1) == Deadline(date(2026, 12, 29), provisional=True)


def test_only_the_end_of_a_natural_term_must_be_certain() -> None:
    assert CALENDAR.natural_deadline(date(2024, 12, 1), 60) == Deadline(date(2025, 1, 30))


def test_a_day_ends_at_midnight_in_shanghai() -> None:
    assert end_of(date(2026, 3, 1)) == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert Deadline(date(2026, 3, 1)).ends_at == end_of(date(2026, 3, 1))


@pytest.mark.parametrize("count", [CALENDAR.add_working_days, CALENDAR.natural_deadline])
def test_a_negative_term_is_refused(count: Callable[[date, int], Deadline]) -> None:
    with pytest.raises(ValueError, match="negative"):
        count(date(2026, 3, 1), -1)


@given(days)
def test_a_moment_before_the_end_still_lies_on_the_day(day: date) -> None:
    assert local_date(end_of(day) - timedelta(microseconds=1)) == day
    assert local_date(end_of(day)) == day + timedelta(days=1)


@given(days, st.integers(min_value=1, max_value=60), st.integers(min_value=1, max_value=60))
def test_terms_of_working_days_add_up(day: date, first: int, second: int) -> None:
    middle = CALENDAR.add_working_days(day, first).day

    assert CALENDAR.add_working_days(middle, second).day == CALENDAR.add_working_days(day, first + second).day


@given(days, st.integers(min_value=0, max_value=400))
def test_every_deadline_is_a_working_day_not_before_its_term(day: date, n: int) -> None:
    deadline = CALENDAR.natural_deadline(day, n)

    assert CALENDAR.is_working_day(deadline.day)
    assert deadline.day >= day + timedelta(days=n)
    assert not any(
        CALENDAR.is_working_day(day + timedelta(days=step)) for step in range(n, (deadline.day - day).days)
    )


@given(days, st.integers(min_value=0, max_value=30))
def test_without_any_notice_every_deadline_is_provisional(day: date, n: int) -> None:
    assert BARE.add_working_days(day, n).provisional
    assert BARE.natural_deadline(day, n).provisional
