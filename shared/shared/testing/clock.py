"""A clock that stands still until it is set."""

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["NOON", "SettableClock"]

# A Monday, a working day: 2026-03-02 12:00 in Shanghai.
NOON: Final = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class SettableClock:
    """Answers the moment it was set to."""

    def __init__(self, now: datetime = NOON) -> None:
        """Start at a moment."""
        self.now = now

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now

    def advance(self, step: timedelta) -> None:
        """Let time pass."""
        self.now += step
