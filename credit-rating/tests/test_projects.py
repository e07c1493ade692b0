"""CR-07: the first score comes after ninety days of a live project."""

from datetime import date
from uuid import UUID

import pytest

from credit_rating.projects.domain import Assignment, first_score_day

START = date(2026, 3, 2)
DAY_90 = date(2026, 5, 31)


def a_project(
    *, start: date | None = START, planned_end: date | None = None, vacated_on: date | None = None
) -> Assignment:
    return Assignment(
        assignment_id=UUID(int=1),
        estate_id=UUID(int=2),
        start=start,
        planned_end=planned_end,
        vacated_on=vacated_on,
    )


@pytest.mark.parametrize(
    ("project", "day"),
    [
        (a_project(), DAY_90),
        (a_project(planned_end=DAY_90), DAY_90),
        (a_project(planned_end=date(2026, 5, 30)), None),
        (a_project(planned_end=date(2027, 3, 2), vacated_on=date(2026, 5, 30)), None),
        (a_project(vacated_on=DAY_90), DAY_90),
        (a_project(start=None, vacated_on=DAY_90), None),
    ],
)
def test_a_project_earns_a_score_once_it_has_lived_ninety_days(project: Assignment, day: date | None) -> None:
    assert first_score_day([project], live_days=90) == day


def test_the_project_that_gets_there_first_decides() -> None:
    assert first_score_day([a_project(start=date(2026, 4, 1)), a_project()], live_days=90) == DAY_90
    assert first_score_day([], live_days=90) is None


@pytest.mark.parametrize(
    ("on", "days"), [(START, 0), (date(2026, 3, 12), 10), (date(2026, 4, 12), 30), (date(2026, 3, 1), 0)]
)
def test_live_days_run_from_the_first_day_to_the_end(on: date, days: int) -> None:
    assert a_project(vacated_on=date(2026, 4, 1)).live_days(on) == days
