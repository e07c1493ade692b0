"""What came of a case: the result, who is liable for it, and what the person said when called back."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dispute_mediation.complaints.domain.filing import FileRef
from dispute_mediation.complaints.domain.refusals import (
    LiabilityConfirmedBefore,
    LiableCompanyNotNamed,
    NoCompanyLiable,
    SamePersonConfirms,
)

__all__ = [
    "Callback",
    "Degree",
    "Liability",
    "Resolution",
    "Result",
    "Verdict",
    "callback_is_drawn",
    "evidence_hash",
    "find_liability",
]

_WHOLE_PERCENT: Final = 100
_DRAW_BYTES: Final = 8


class Result(StrEnum):
    """How it ended, in the words of the 12345 order (9.4)."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"
    EXPLAINED = "explained"
    UNREASONABLE = "unreasonable"


class Liability(StrEnum):
    """Who is at fault."""

    NONE = "none"
    COMPANY = "company"
    OTHER = "other"


class Degree(StrEnum):
    """How far the company is at fault."""

    MINOR = "minor"
    MAIN = "main"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result as its author states it. `org` and `degree` are there when a company is liable."""

    result: Result
    liability: Liability
    org: str | None = None
    degree: Degree | None = None
    reply: str
    evidence: Sequence[FileRef] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A result on record. `round` is 0, and 1 after the case was reopened; `days` are working days."""

    case_id: UUID
    round: int
    verdict: Verdict
    evidence_hash: str
    days: int
    resolved_by: str
    resolved_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None

    def confirm(self, *, person: str, now: datetime, confirmed_before: bool) -> "Resolution":
        """Confirm the company's liability; another person than the author does (separation, 11)."""
        if self.verdict.liability is not Liability.COMPANY:
            raise NoCompanyLiable
        if confirmed_before or self.confirmed_at is not None:
            raise LiabilityConfirmedBefore
        if person == self.resolved_by:
            raise SamePersonConfirms
        return replace(self, confirmed_by=person, confirmed_at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One try to reach the person. `solved` and `score` (1 to 5) are theirs, if they were reached."""

    case_id: UUID
    round: int
    try_no: int
    reached: bool
    solved: bool | None
    score: int | None
    note: str | None
    person: str
    at: datetime


def find_liability(verdict: Verdict, *, operator: str | None) -> Verdict:
    """Complete a verdict: the company liable is, unless named, the one that answers for the estate.

    A degree that was not stated is the least. Raises LiableCompanyNotNamed.
    """
    if verdict.liability is not Liability.COMPANY:
        return replace(verdict, org=None, degree=None)
    org = verdict.org or operator
    if org is None:
        raise LiableCompanyNotNamed
    return replace(verdict, org=org, degree=verdict.degree or Degree.MINOR)


def evidence_hash(verdict: Verdict, *, case_no: str) -> str:
    """Return the SHA-256 of what the verdict rests on, so that nothing can be exchanged behind it."""
    facts = [
        case_no,
        verdict.result,
        verdict.liability,
        verdict.org,
        verdict.degree,
        verdict.reply,
        *([file.name, file.sha256] for file in verdict.evidence),
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def callback_is_drawn(case_id: UUID, *, percent: int) -> bool:
    """Say whether a case is among the share that is called back (MD-14).

    Drawn by the hash of its id: as even as dice, and anyone can check it later.
    """
    draw = int.from_bytes(hashlib.sha256(case_id.bytes).digest()[:_DRAW_BYTES], "big")
    return draw % _WHOLE_PERCENT < percent
