"""Working days and the deadlines counted in them, by the State Council's holiday notices (T-01, T-03, T-04).

A year whose notice is not out is counted with its weekends alone, and every deadline that leans on it says
`provisional`: it may move once the notice comes.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from shared.kernel.clock import SHANGHAI

__all__ = ["Deadline", "WorkingCalendar", "end_of"]

_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
# The notice of a year has moved days as early as 29 December of the year before (those of 2008 and 2019).
_REACH_OF_NEXT_NOTICE: Final = timedelta(days=3)


def end_of(day: date) -> datetime:
    """Return the moment a day ends, 24:00 in Asia/Shanghai, in UTC (T-01, T-04)."""
    return datetime.combine(day + _ONE_DAY, time(), tzinfo=SHANGHAI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a term; `provisional` when it leans on a day whose holiday notice is not out."""

    day: date
    provisional: bool = False

    @property
    def ends_at(self) -> datetime:
        """Return the moment the term has run out, in UTC."""
        return end_of(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """The days that differ from the week's rhythm: days off, working days on weekends, years announced."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    published_years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is worked, as far as is known."""
        if day in self.make_up_days:
            return True
        return day not in self.days_off and day.weekday() < _SATURDAY

    def is_certain(self, day: date) -> bool:
        """Say whether every notice that could move the day is out."""
        years = {day.year, (day + _REACH_OF_NEXT_NOTICE).year}
        return years <= self.published_years

    def add_working_days(self, day: date, n: int) -> Deadline:
        """Return the n-th working day after a day, which itself is not counted; 0 takes the day or the next.

        Raises ValueError when n is negative.
        """
        _require_not_negative(n)
        counted_from = day + _ONE_DAY if n else day
        last = self._next_working_day(counted_from)
        for _ in range(n - 1):
            last = self._next_working_day(last + _ONE_DAY)
        return self._deadline(counted_from, last)

    def natural_deadline(self, day: date, n: int) -> Deadline:
        """Return the end of a term of n natural days (Civil Code 201-203).

        The start day is not counted; a term that would end on a rest day ends on the next working day.
        Raises ValueError when n is negative.
        """
        _require_not_negative(n)
        counted = day + timedelta(days=n)
        return self._deadline(counted, self._next_working_day(counted))

    def _next_working_day(self, day: date) -> date:
        """Return the day itself when it is worked, else the first one after it that is."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def _deadline(self, leaning_from: date, last: date) -> Deadline:
        """Say whether a term leans on an uncertain day between the first that was judged and its last."""
        span = range((last - leaning_from).days + 1)
        sure = all(self.is_certain(leaning_from + timedelta(days=step)) for step in span)
        return Deadline(last, provisional=not sure)


def _require_not_negative(n: int) -> None:
    if n < 0:
        message = f"A term has no negative number of days: {n}."
        raise ValueError(message)
