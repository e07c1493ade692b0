"""Periods of days: half-open `[start, end)`, `end` None for "until further notice"."""

from dataclasses import dataclass
from datetime import date

__all__ = ["Period"]


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days, the first included, the last not. Raises ValueError when empty."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        """Refuse an empty or reversed period."""
        if self.end is not None and self.end <= self.start:
            message = f"A period must end after it starts: {self.start} to {self.end}."
            raise ValueError(message)

    def holds(self, day: date) -> bool:
        """Say whether the day lies in the period."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Say whether the two share a day."""
        starts_before_end = other.end is None or self.start < other.end
        return starts_before_end and (self.end is None or other.start < self.end)

    def meets(self, following: "Period") -> bool:
        """Say whether `following` starts on the very day this one ends: no gap, no overlap."""
        return self.end == following.start
