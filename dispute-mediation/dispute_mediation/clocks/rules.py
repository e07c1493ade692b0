"""The numbers that hold in a territory on a day, and the terms counted with them."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from dispute_mediation.clocks.domain import Due, Ladder, Limit, LimitUnit, beginning_of, end_of_limit
from shared.kernel import TerritoryCode, WorkingCalendar, local_date
from shared.rules import RuleBook, rule_book, working_calendar
from shared.storage import Work

__all__ = ["Rules", "rules_for"]

_PREFIX: Final = "dm."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of one territory on one day. Keys are given without their prefix `dm.`."""

    book: RuleBook
    calendar: WorkingCalendar
    territory: TerritoryCode
    day: date

    def integer(self, key: str) -> int:
        """Return a whole number."""
        return self.book.integer(_PREFIX + key, territory=self.territory, on=self.day)

    def fraction(self, key: str) -> Fraction:
        """Return an exact ratio."""
        return self.book.fraction(_PREFIX + key, territory=self.territory, on=self.day)

    def working_days(self, key: str, *, start: datetime) -> Due:
        """Return the end of a term of so many working days as the rule names."""
        return self.end_of(Limit(self.integer(key), LimitUnit.WORKING_DAYS), start=start)

    def days(self, key: str, *, start: datetime) -> Due:
        """Return the end of a term of so many natural days as the rule names."""
        return self.end_of(Limit(self.integer(key), LimitUnit.DAYS), start=start)

    def hours(self, key: str, *, start: datetime) -> Due:
        """Return the end of a term of so many hours as the rule names."""
        return self.end_of(Limit(self.integer(key), LimitUnit.HOURS), start=start)

    def first_moment(self, key: str, *, start: datetime) -> datetime:
        """Return the moment the last of so many working days begins."""
        count = self.integer(key)
        return beginning_of(self.calendar.add_working_days(local_date(start), count).day)

    def end_of(self, limit: Limit, *, start: datetime) -> Due:
        """Return the end of a term."""
        return end_of_limit(limit, start=start, calendar=self.calendar)

    def ladder(self) -> Ladder:
        """Return the distances of the overdue stages (MD-13)."""
        return Ladder(
            warning_percent=self.integer("overdue.warning_percent"),
            second_working_days=self.integer("overdue.second_wd"),
            third_working_days=self.integer("overdue.third_wd"),
        )


async def rules_for(work: Work, territory: TerritoryCode) -> Rules:
    """Return the rules of a territory as they stand on the day of the act."""
    return Rules(
        book=await rule_book(work),
        calendar=await working_calendar(work),
        territory=territory,
        day=local_date(work.now),
    )
