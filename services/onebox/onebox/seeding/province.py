"""How large a province is wanted, and its dice: the same wishes give the same rows."""

import random
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from shared.kernel import local_date

__all__ = ["CaseChunk", "Province", "id_at", "line"]

CASES_A_CHUNK: Final = 50_000
ESTATES_A_CHUNK: Final = 5_000
_RANDOM_BITS: Final = 74
_LOW_BITS: Final = 62


@dataclass(frozen=True, slots=True)
class CaseChunk:
    """The cases from `start` to before `stop`, all of one year, whose first case is `first_of_year`."""

    start: int
    stop: int
    year: int
    first_of_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """So many estates, households and cases, the cases spread evenly over the years before `today`."""

    estates: int
    households: int
    cases: int
    years: int
    today: date
    dice: int = 1
    cases_a_chunk: int = CASES_A_CHUNK

    @property
    def now(self) -> datetime:
        """Return the moment at which everything is as it is: the beginning of today."""
        return datetime.combine(self.today, time(), tzinfo=UTC)

    @property
    def first_moment(self) -> datetime:
        """Return when the first case came in."""
        return self.now - timedelta(days=365 * self.years)

    @property
    def seconds(self) -> int:
        """Return over how many seconds the cases came in."""
        return int((self.now - self.first_moment).total_seconds())

    def received_at(self, case: int) -> datetime:
        """Return when a case came in: later ones later."""
        return self.first_moment + timedelta(seconds=case * self.seconds // max(self.cases, 1))

    def dice_of(self, what: str, chunk: int) -> random.Random:
        """Return the dice of one chunk, so that it falls alike whether or not the ones before were made."""
        return random.Random(f"{self.dice}/{what}/{chunk}")  # noqa: S311 - repeatable on purpose

    def case_chunks(self) -> Iterator[CaseChunk]:
        """Yield the cases, chunk by chunk, each within one year."""
        for year in range(self._year_of(0), self._year_of(self.cases) + 1):
            first, end = (self._first_case_of(one) for one in (year, year + 1))
            for chunk in _chunks(range(first, end), self.cases_a_chunk):
                yield CaseChunk(chunk.start, chunk.stop, year, first)

    def _year_of(self, case: int) -> int:
        return local_date(self.received_at(case)).year

    def _first_case_of(self, year: int) -> int:
        return bisect_left(range(self.cases), year, key=self._year_of)

    def estate_chunks(self) -> Iterator[range]:
        """Yield the numbers of the estates, chunk by chunk."""
        return _chunks(range(self.estates), ESTATES_A_CHUNK)


def _chunks(numbers: range, size: int) -> Iterator[range]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def id_at(moment: datetime, dice: random.Random) -> UUID:
    """Return a UUIDv7 as it would have been made at that moment."""
    rest = dice.getrandbits(_RANDOM_BITS)
    high, low = rest >> _LOW_BITS, rest & ((1 << _LOW_BITS) - 1)
    milliseconds = int(moment.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)


def line(*values: object) -> str:
    r"""Return a line of COPY's text format; none of our values holds a tab, a newline or a backslash."""
    return "\t".join("\\N" if value is None else str(value) for value in values) + "\n"
