"""Deadlines of cases and duties, and the stages of being overdue (MD-05, MD-06, MD-13)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.kernel import WorkingCalendar, end_of, local_date

__all__ = [
    "Due",
    "Ladder",
    "Limit",
    "LimitUnit",
    "Stage",
    "beginning_of",
    "earliest",
    "end_of_limit",
    "following",
    "moment_of",
    "working_days_between",
]

_ONE_DAY: Final = timedelta(days=1)
_WHOLE_PERCENT: Final = 100


class LimitUnit(StrEnum):
    """How a limit is counted: working days, natural days, or hours by the clock."""

    WORKING_DAYS = "wd"
    DAYS = "day"
    HOURS = "hour"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many days or hours."""

    value: int
    unit: LimitUnit


@dataclass(frozen=True, slots=True)
class Due:
    """The moment a term has run out; `provisional` while a holiday notice it leans on is not out."""

    at: datetime
    provisional: bool = False


def end_of_limit(limit: Limit, *, start: datetime, calendar: WorkingCalendar) -> Due:
    """Return when a limit that begins to run at a moment ends; days end at 24:00, the first not counted."""
    if limit.unit is LimitUnit.HOURS:
        return Due(start + timedelta(hours=limit.value))
    count = calendar.add_working_days if limit.unit is LimitUnit.WORKING_DAYS else calendar.natural_deadline
    deadline = count(local_date(start), limit.value)
    return Due(deadline.ends_at, deadline.provisional)


def beginning_of(day: date) -> datetime:
    """Return the moment a day begins in Asia/Shanghai, in UTC."""
    return end_of(day - _ONE_DAY)


def earliest(dues: Iterable[Due]) -> Due:
    """Return the term that ends first; of two that end together the certain one."""
    return min(dues, key=lambda due: (due.at, due.provisional))


def working_days_between(start: date, end: date, *, calendar: WorkingCalendar) -> int:
    """Count the working days after `start` up to and with `end`."""
    days = (start + step * _ONE_DAY for step in range(1, (end - start).days + 1))
    return sum(map(calendar.is_working_day, days))


class Stage(StrEnum):
    """How late something is (MD-13): reminder, urging notice, criticism circular, supervision case."""

    WARNING = "warning_80"
    DUE = "due"
    SECOND = "plus_5"
    THIRD = "plus_10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The distances of the stages: share of the time that warns, working days after the urging notice."""

    warning_percent: int
    second_working_days: int
    third_working_days: int


_STAGES: Final = tuple(Stage)


def following(stage: Stage | None) -> Stage | None:
    """Return the stage after one, the first where there was none yet; None after the last."""
    place = 0 if stage is None else _STAGES.index(stage) + 1
    return _STAGES[place] if place < len(_STAGES) else None


def moment_of(
    stage: Stage, *, start: datetime, due: datetime, ladder: Ladder, calendar: WorkingCalendar
) -> datetime:
    """Return when a term from `start` to `due` reaches a stage.

    A term of days ends at 24:00, which is the first moment of the day on which the urging notice goes out;
    the later stages count their working days from that day.
    """
    if stage is Stage.WARNING:
        return start + (due - start) * ladder.warning_percent // _WHOLE_PERCENT
    if stage is Stage.DUE:
        return due
    days = ladder.second_working_days if stage is Stage.SECOND else ladder.third_working_days
    return calendar.add_working_days(local_date(due), days).ends_at
