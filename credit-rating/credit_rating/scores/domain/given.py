"""What a score is made from: credit items, and the rules of the scheme in force."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

__all__ = ["Cut", "Grade", "Item", "Rules"]

Grade = Literal["AAA", "AA", "A", "B", "C", "BLACK"]


class Cut(NamedTuple):
    """From how many points on a grade is reached."""

    grade: Grade
    at_least_tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the score needs to know of a scheme. `cuts` stand highest first.

    AAA asks more than points: no single bad item of `aaa_single_bad_below_tenths` or more, and none of
    class grave that took effect in the last `aaa_grave_free_months`.
    """

    base_cap_tenths: int
    good_cap_tenths: int
    cuts: tuple[Cut, ...]
    aaa_single_bad_below_tenths: int
    aaa_grave_free_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the score needs to know of a credit item that took effect and was not reversed.

    It counts from `valid_from` until the day before `valid_to`. `counted_tenths` is never negative, the kind
    says for or against; `year_cap_tenths` is the most that all items of the code give in a calendar year.
    """

    id: UUID
    code: str
    kind: Literal["base", "good", "bad", "blacklist"]
    severity: Literal["minor", "general", "grave"] | None
    counted_tenths: int
    year_cap_tenths: int | None
    valid_from: date
    valid_to: date
    name_zh: str
    name_en: str
    source: str

    def counts(self, on: date) -> bool:
        """Say whether the item counts on a day."""
        return self.valid_from <= on < self.valid_to
