"""How long a company has looked after estates, and from which day that earns it a first score (CR-07)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

__all__ = ["Assignment", "first_score_day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An estate in a company's care. `start` is unknown while only the end of it was heard of."""

    assignment_id: UUID
    estate_id: UUID
    start: date | None
    planned_end: date | None
    vacated_on: date | None

    @property
    def end(self) -> date | None:
        """Return the first day the company no longer answers for the estate, as far as is known."""
        return self.vacated_on or self.planned_end

    def live_days(self, on: date) -> int:
        """Return how many days the project was live before a day."""
        if self.start is None:
            return 0
        until = on if self.end is None else min(on, self.end)
        return max(0, (until - self.start).days)


def first_score_day(assignments: Iterable[Assignment], *, live_days: int) -> date | None:
    """Return the first day on which some project has been live so many days; None when none will be."""
    term = timedelta(days=live_days)
    days = (
        assignment.start + term
        for assignment in assignments
        if assignment.start is not None
        and (assignment.end is None or assignment.end >= assignment.start + term)
    )
    return min(days, default=None)
