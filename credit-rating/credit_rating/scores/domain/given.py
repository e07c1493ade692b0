"""What a score is made from, beside the scheme: the credit items of a company."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credit_rating.schemes.domain import Kind, Severity

__all__ = ["Item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the score needs to know of a credit item that took effect and was not reversed.

    It counts from `valid_from` until the day before `valid_to`. `counted_tenths` is never negative, the kind
    says for or against; `year_cap_tenths` is the most that all items of the code give in a calendar year.
    """

    id: UUID
    code: str
    kind: Kind
    severity: Severity | None
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
