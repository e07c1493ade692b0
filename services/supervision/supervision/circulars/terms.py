"""The terms of a circular as the rules give them for a district and a day (SU-03, SU-05, MD-13)."""

from datetime import date, datetime, timedelta
from typing import Final

from shared.kernel import TerritoryCode, add_months, local_date
from shared.rules import RuleBook, rule_book, working_calendar
from shared.storage import Work
from supervision.circulars.domain import Kind, Span

__all__ = ["criticised_stages", "due_on", "fact_check_until", "number_form"]

# The stages of an overdue duty, the earlier first (MD-13).
_STAGES: Final = ("warning_80", "due", "plus_5", "plus_10")
_DAYS_AFTER: Final = {
    Kind.PROGRESS: "sv.circular.progress_due_day",
    Kind.RANKING: "sv.circular.ranking_due_day",
}
_WORKING_DAYS: Final = {Kind.CRITICISM: "sv.circular.criticism_wd", Kind.PRAISE: "sv.circular.praise_wd"}


async def due_on(work: Work, *, kind: Kind, span: Span, territory: TerritoryCode) -> date:
    """Return the day by which a circular that is drafted today should be out (SU-03)."""
    book, today = await rule_book(work), local_date(work.now)
    if kind in _WORKING_DAYS:
        days = book.integer(_WORKING_DAYS[kind], territory=territory, on=today)
        return (await working_calendar(work)).add_working_days(today, days).day
    if kind in _DAYS_AFTER:
        day = book.integer(_DAYS_AFTER[kind], territory=territory, on=today)
        return span.end.replace(day=day)
    return _end_of_month(book, span=span, territory=territory, today=today)


def _end_of_month(book: RuleBook, *, span: Span, territory: TerritoryCode, today: date) -> date:
    month = book.integer("sv.circular.result_due_month", territory=territory, on=today)
    return add_months(span.end, month) - timedelta(days=1)


async def fact_check_until(work: Work, *, territory: TerritoryCode) -> datetime:
    """Return the moment until which the named units check a draft shown to them now (SU-05).

    A district that sets no working days has no such time.
    """
    book, today = await rule_book(work), local_date(work.now)
    days = book.integer("sv.circular.fact_check_wd", territory=territory, on=today)
    if days == 0:
        return work.now
    return (await working_calendar(work)).add_working_days(today, days).ends_at


async def number_form(work: Work, *, territory: TerritoryCode) -> str:
    """Return the form of a document number, with `{year}` and `{serial}` in it."""
    book = await rule_book(work)
    return book.text("sv.circular.number_form", territory=territory, on=local_date(work.now))


async def criticised_stages(work: Work, *, territory: TerritoryCode) -> list[str]:
    """Return the overdue stages that are criticised: the one of the rules and those after it (MD-13)."""
    book = await rule_book(work)
    first = book.text("sv.circular.criticism_stage", territory=territory, on=local_date(work.now))
    return list(_STAGES[_STAGES.index(first) :])
