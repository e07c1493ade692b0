"""The working calendar as its rows make it."""

from collections.abc import Iterable
from datetime import date

from shared.kernel import WorkingCalendar

__all__ = ["make_calendar"]


def make_calendar(*, days: Iterable[tuple[date, str]], published_years: Iterable[int]) -> WorkingCalendar:
    """Return the calendar of days of kind `off` or `work`, certain in the years whose notice is out."""
    kinds = dict(days)
    return WorkingCalendar(
        days_off=frozenset(day for day, kind in kinds.items() if kind == "off"),
        make_up_days=frozenset(day for day, kind in kinds.items() if kind == "work"),
        published_years=frozenset(published_years),
    )
