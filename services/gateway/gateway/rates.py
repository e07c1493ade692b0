"""How often each name came lately, in memory, counted as HAProxy counts."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from gateway.limits import WINDOW_SECONDS

__all__ = ["Rates"]

# As many as HAProxy's table holds; the name that was away longest is forgotten first.
MOST_NAMES: Final = 100_000


class _Count:
    """What came in one window, and in the one before it."""

    __slots__ = ("before", "now", "window")

    def __init__(self, window: int) -> None:
        self.window = window
        self.now = 0
        self.before = 0

    def turn_to(self, window: int) -> None:
        """Go on to another window."""
        if window != self.window:
            self.before = self.now if window == self.window + 1 else 0
            self.now = 0
            self.window = window


class Rates:
    """Requests by name within the last window: this window's, and of the last one what still counts."""

    def __init__(
        self, *, monotonic: Callable[[], float] = time.monotonic, most_names: int = MOST_NAMES
    ) -> None:
        """Take a clock, and how many names to remember."""
        self._monotonic = monotonic
        self._most_names = most_names
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def rate(self, name: str) -> int:
        """Return how often a name came within the last window."""
        count = self._counts.get(name)
        if count is None:
            return 0
        windows = self._monotonic() / WINDOW_SECONDS
        count.turn_to(int(windows))
        return count.now + int(count.before * (1 - windows % 1))

    def count(self, name: str) -> None:
        """Count a name once more."""
        window = int(self._monotonic() / WINDOW_SECONDS)
        count = self._counts.get(name)
        if count is None:
            count = self._counts[name] = _Count(window)
            if len(self._counts) > self._most_names:
                self._counts.popitem(last=False)
        count.turn_to(window)
        count.now += 1
        self._counts.move_to_end(name)
