"""Which numbers can still appear behind those that were read: the ones left out, and all after the last.

While an old transaction is open, vacuum cannot remove deleted rows, and a scan from the horizon's floor
crosses all of them, more with every second. But numbers are drawn one after the other. Whoever has read up to
a number knows which were left out: each belongs to a transaction that is still open or was rolled back. They
are looked up one by one, and the scan begins behind the last.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

__all__ = ["MOST_LEFT_OUT", "StillToCome"]

# Looking up more than these takes longer than a scan is likely to.
MOST_LEFT_OUT: Final = 20_000
_NOTHING_READ: Final = 2**63 - 1


@dataclass(slots=True)
class StillToCome:
    """What was read since `first`: up to `last`, but for what was left out.

    Below `first`, and while nothing was read everywhere, only a scan tells what is there. It must pass over
    what was read and is not deleted yet.
    """

    first: int = _NOTHING_READ
    last: int = _NOTHING_READ
    left_out: set[int] = field(default_factory=set)

    def take_in(self, numbers: Sequence[int], *, floor: int) -> None:
        """Take in what a reading showed, lowest number first; below the floor no number appears any more."""
        if numbers and self.last == _NOTHING_READ:
            self.first, self.last = numbers[0], numbers[0] - 1
        behind = [number for number in numbers if number > self.last]
        self.left_out.difference_update(numbers)
        missing = self._missing(behind)
        if missing is None:
            self._forget()
            return
        self.left_out.update(missing)
        if behind:
            self.last = behind[-1]
        self.left_out = {number for number in self.left_out if number >= floor}

    def _missing(self, behind: Sequence[int]) -> Iterable[int] | None:
        """Return which numbers behind the last were left out; None where they are too many to look up."""
        if not behind:
            return ()
        drawn = behind[-1] - self.last
        if len(self.left_out) + drawn - len(behind) > MOST_LEFT_OUT:
            return None
        return set(range(self.last + 1, behind[-1])).difference(behind)

    def _forget(self) -> None:
        self.first = self.last = _NOTHING_READ
        self.left_out.clear()
