"""Who served an estate on which days, and how a company stood, from facts that may have come in any order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.kernel import Period, TerritoryCode

__all__ = ["KnownEstate", "KnownGrade", "Spell", "service_start"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEstate:
    """An estate as the register told us last."""

    id: UUID
    territory: TerritoryCode
    name: str
    area_m2x100: int
    households: int
    profile_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownGrade:
    """A company's grade, the fact it comes from, and what it counts for a subsidy."""

    grade: str
    rated: bool
    score_tenths: int
    scheme: str
    effective_on: date
    event_id: UUID
    coefficient_hundredths: int
    coefficient_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """Days on which one company answered for an estate."""

    org: str
    period: Period


def service_start(spells: Iterable[Spell], *, org: str, during: Period) -> date | None:
    """Return since when a company has served without a break, if it served on every day of a period."""
    start: date | None = None
    reached: date | None = None
    for spell in sorted((s for s in spells if s.org == org), key=lambda spell: spell.period.start):
        if start is None or (reached is not None and reached < spell.period.start):
            start, reached = spell.period.start, spell.period.end
        else:
            reached = _later(reached, spell.period.end)
        if start <= during.start and _holds_to(reached, during.end):
            return start
    return None


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _holds_to(reached: date | None, end: date | None) -> bool:
    return reached is None or (end is not None and end <= reached)
