"""Facts published by credit-rating (domain, section 10, events 44-55)."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

__all__ = ["CompanyEntered", "CreditGradeChanged", "CreditItemRecorded", "CreditItemRevoked", "Grade"]

Grade = Literal["AAA", "AA", "A", "B", "C", "BLACK"]


class CompanyEntered(Event):
    """A company passed the entry checks and has a credit file. `warnings` are checks that only warn."""

    name: ClassVar[str] = "nz.credit-rating.CompanyEntered.v1"

    org: str
    company_name: str
    territory: str
    warnings: list[str]


class CreditItemRecorded(Event):
    """A credit item took effect. Points in tenths, always positive; `kind` says for or against."""

    name: ClassVar[str] = "nz.credit-rating.CreditItemRecorded.v1"

    org: str
    item_id: UUID
    code: str
    kind: Literal["base", "good", "bad", "blacklist"]
    points_tenths: int
    estate_id: UUID | None
    valid_from: date
    valid_to: date | None


class CreditItemRevoked(Event):
    """A credit item stopped counting: corrected by a reversing entry, never overwritten (CR-08)."""

    name: ClassVar[str] = "nz.credit-rating.CreditItemRevoked.v1"

    org: str
    item_id: UUID
    code: str
    reason: str


class CreditGradeChanged(Event):
    """A company's live grade changed. Score in tenths, 0 to 1200."""

    name: ClassVar[str] = "nz.credit-rating.CreditGradeChanged.v1"

    org: str
    score_tenths: int
    old_grade: Grade | None
    new_grade: Grade
    rated: bool
    scheme: str
    effective_on: date
