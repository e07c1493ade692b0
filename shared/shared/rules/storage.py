"""Rules and calendar as a service's own tables hold them, kept in memory for some seconds."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from shared.kernel import WorkingCalendar
from shared.rules.calendar import make_calendar
from shared.rules.parameters import RuleBook, RuleParameter
from shared.storage import HOUSE_TABLES, Query, Work

__all__ = ["forget_rules", "rule_book", "working_calendar"]

# How long another process may go on by the old rules after they were changed.
_KEPT_FOR: Final = timedelta(seconds=30)
_PLACE: Final = "shared.rules"
_PARAMETERS: Final = Query(select(HOUSE_TABLES["rule_parameters"]))
_days: Final = HOUSE_TABLES["calendar_days"]
_years: Final = HOUSE_TABLES["calendar_years"]
_DAYS: Final = Query(select(_days.c.day, _days.c.kind))
_PUBLISHED_YEARS: Final = Query(select(_years.c.year).where(_years.c.published))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    """What was read, and when."""

    book: RuleBook
    calendar: WorkingCalendar
    read_at: datetime


async def rule_book(work: Work) -> RuleBook:
    """Return the service's rules, at most 30 seconds old."""
    return (await _reference(work)).book


async def working_calendar(work: Work) -> WorkingCalendar:
    """Return the calendar of working days, at most 30 seconds old."""
    return (await _reference(work)).calendar


def forget_rules(work: Work) -> None:
    """Have this process read rules and calendar again; to be called where they were changed."""
    work.memory.pop(_PLACE, None)


async def _reference(work: Work) -> _Reference:
    kept = work.memory.get(_PLACE)
    if isinstance(kept, _Reference) and kept.read_at <= work.now < kept.read_at + _KEPT_FOR:
        return kept
    fresh = _Reference(book=await _read_book(work), calendar=await _read_calendar(work), read_at=work.now)
    work.memory[_PLACE] = fresh
    return fresh


async def _read_book(work: Work) -> RuleBook:
    return RuleBook(RuleParameter(**dict(row)) for row in await work.fetch_all(_PARAMETERS))


async def _read_calendar(work: Work) -> WorkingCalendar:
    days = await work.fetch_all(_DAYS)
    years = await work.fetch_all(_PUBLISHED_YEARS)
    return make_calendar(
        days=[(row["day"], row["kind"]) for row in days], published_years=[row["year"] for row in years]
    )
