from datetime import UTC, date, datetime, timedelta

import pytest

from dispute_mediation.clocks.domain import (
    Due,
    Ladder,
    Limit,
    LimitUnit,
    Stage,
    beginning_of,
    earliest,
    end_of_limit,
    following,
    moment_of,
    working_days_between,
)
from shared.kernel import WorkingCalendar, end_of

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LADDER = Ladder(warning_percent=80, second_working_days=5, third_working_days=10)
CALENDAR = WorkingCalendar(
    days_off=frozenset({date(2026, 3, 4)}),
    make_up_days=frozenset({date(2026, 3, 7)}),
    published_years=frozenset({2026}),
)


@pytest.mark.parametrize(
    ("limit", "end"),
    [
        (Limit(5, LimitUnit.WORKING_DAYS), end_of(date(2026, 3, 9))),
        (Limit(3, LimitUnit.DAYS), end_of(date(2026, 3, 5))),
        (Limit(1, LimitUnit.HOURS), MONDAY + timedelta(hours=1)),
    ],
)
def test_a_limit_is_counted_in_its_own_unit(limit: Limit, end: datetime) -> None:
    assert end_of_limit(limit, start=MONDAY, calendar=CALENDAR) == Due(end)


def test_a_term_into_a_year_not_announced_is_provisional() -> None:
    december = datetime(2026, 12, 28, 4, 0, tzinfo=UTC)

    due = end_of_limit(Limit(5, LimitUnit.WORKING_DAYS), start=december, calendar=CALENDAR)

    assert due == Due(end_of(date(2027, 1, 4)), provisional=True)


def test_of_two_terms_the_one_that_ends_first_holds() -> None:
    sooner, later = Due(MONDAY), Due(MONDAY + timedelta(hours=1), provisional=True)

    assert earliest([later, sooner]) == sooner


def test_of_two_terms_that_end_together_the_certain_one_holds() -> None:
    assert earliest([Due(MONDAY, provisional=True), Due(MONDAY)]) == Due(MONDAY)


def test_working_days_are_counted_without_the_first_and_with_the_last() -> None:
    assert working_days_between(date(2026, 3, 2), date(2026, 3, 9), calendar=CALENDAR) == 5
    assert working_days_between(date(2026, 3, 2), date(2026, 3, 2), calendar=CALENDAR) == 0


def test_a_day_begins_where_the_day_before_ends() -> None:
    assert beginning_of(date(2026, 3, 3)) == end_of(date(2026, 3, 2))


def test_the_stages_follow_each_other_and_end() -> None:
    climbed = [following(None), *(following(stage) for stage in Stage)]

    assert climbed == [Stage.WARNING, Stage.DUE, Stage.SECOND, Stage.THIRD, None]


@pytest.mark.parametrize(
    ("stage", "moment"),
    [
        # Ten days and twelve hours from Monday noon: eighty percent of them is 8.4 days.
        (Stage.WARNING, MONDAY + timedelta(hours=201, minutes=36)),
        (Stage.DUE, datetime(2026, 3, 12, 16, 0, tzinfo=UTC)),
        # The urging notice goes out on Friday the 13th; five and ten working days after it end at 24:00.
        (Stage.SECOND, end_of(date(2026, 3, 20))),
        (Stage.THIRD, end_of(date(2026, 3, 27))),
    ],
)
def test_the_stages_come_at_their_distances(stage: Stage, moment: datetime) -> None:
    due = datetime(2026, 3, 12, 16, 0, tzinfo=UTC)

    assert moment_of(stage, start=MONDAY, due=due, ladder=LADDER, calendar=CALENDAR) == moment
