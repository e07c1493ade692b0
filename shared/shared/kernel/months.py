"""Months on the calendar: the same day of another month, or its last day where it has none."""

from calendar import monthrange
from datetime import date
from typing import Final

__all__ = ["add_months"]

_MONTHS: Final = 12


def add_months(day: date, months: int) -> date:
    """Return the day so many months later, earlier when negative: 31 January and one month is 28 February."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
