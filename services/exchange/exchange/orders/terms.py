"""The terms of an order that the hotline did not set: when it is to be signed for, when to be answered."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from exchange.orders.domain import Draft, Progress, Urgency
from shared.kernel import TerritoryCode, WorkingCalendar, local_date
from shared.rules import RuleBook, rule_book, working_calendar
from shared.storage import Work

__all__ = ["Terms", "terms_for"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The rules of terms (MD-04 to MD-06) and the calendar they are counted on."""

    book: RuleBook
    calendar: WorkingCalendar

    def complete(self, draft: Draft) -> Progress:
        """Return the progress of a new order with both terms; those the hotline set stand.

        They run from the dispatch, or from the receipt where the dispatch is not told.
        """
        statement, progress = draft.statement, draft.progress
        start = progress.dispatch_at or statement.received_at
        count = self._hours if statement.urgency is Urgency.EXTRA else self._working_days
        return replace(
            progress,
            sign_due=progress.sign_due or count("sign", start, statement.territory_code),
            handle_due=progress.handle_due or count("handle", start, statement.territory_code),
        )

    def _hours(self, step: str, start: datetime, territory: TerritoryCode) -> datetime:
        key = f"ex.orders.extra.{step}_hours"
        return start + timedelta(hours=self.book.integer(key, territory=territory, on=local_date(start)))

    def _working_days(self, step: str, start: datetime, territory: TerritoryCode) -> datetime:
        day = local_date(start)
        days = self.book.integer(f"ex.orders.{step}_wd", territory=territory, on=day)
        return self.calendar.add_working_days(day, days).ends_at


async def terms_for(work: Work) -> Terms:
    """Return the terms by the rules and the calendar of today."""
    return Terms(book=await rule_book(work), calendar=await working_calendar(work))
