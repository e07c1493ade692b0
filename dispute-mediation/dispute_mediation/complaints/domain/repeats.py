"""When a grievance repeats an earlier one (MD-16)."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

__all__ = ["Candidate", "Likeness", "likeness_of", "master_among"]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts share: `shared` of `all` different trigrams."""

    shared: int
    all: int

    def reaches(self, least: Fraction) -> bool:
        """Say whether the share is at least `least`, compared by cross-multiplying."""
        return self.all > 0 and self.shared * least.denominator >= least.numerator * self.all

    @property
    def percent(self) -> int:
        """Return the share in whole percent, rounded down."""
        return self.shared * 100 // self.all if self.all else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An earlier case of the same estate that may be the same matter."""

    case_id: UUID
    leaf: str
    mark: str | None
    open: bool
    received_at: datetime


def likeness_of(one: str, other: str) -> Likeness:
    """Compare two texts by their trigrams, the measure of pg_trgm.

    Letters, digits and Chinese characters count, blanks and punctuation do not. It is done here because
    pg_trgm drops every Chinese character in a database of locale C.
    """
    ours, theirs = _trigrams(one), _trigrams(other)
    return Likeness(len(ours & theirs), len(ours | theirs))


def master_among(
    earlier: list[Candidate], *, leaf: str, mark: str | None, dangerous: bool
) -> Candidate | None:
    """Return the open case that a new one of the same person, estate and leaf follows at once, the oldest.

    Two calls about a danger to life may be two dangers: those are only proposed. So is a case that was
    already closed: a person judges whether the answer given then is the answer now.
    """
    if mark is None or dangerous:
        return None
    same = [one for one in earlier if one.open and (one.leaf, one.mark) == (leaf, mark)]
    return min(same, key=lambda one: one.received_at, default=None)


def _trigrams(text: str) -> set[str]:
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).lower()))
    padded = f"  {letters} " if letters else ""
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
