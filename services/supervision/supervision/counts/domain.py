"""Figures of a place, and shares of them: whole numbers, compared by cross-multiplying (T-05)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from shared.kernel import TerritoryCode

__all__ = ["Figures", "Share", "TownFigures", "total"]

_HUNDREDTHS_OF_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole. Of nothing (`whole` 0) there is no share; it compares as none."""

    part: int
    whole: int

    def __lt__(self, other: "Share") -> bool:
        """Say whether this share is the smaller one, exactly."""
        return self.part * (other.whole or 1) < other.part * (self.whole or 1)

    def equals(self, other: "Share") -> bool:
        """Say whether two shares are the same ratio: 1 of 2 and 2 of 4."""
        return not self < other and not other < self

    @property
    def percent(self) -> str:
        """Write the share as a percentage with two decimals, half a unit rounded up; a dash for no share."""
        if self.whole == 0:
            return "—"
        units = (2 * self.part * _HUNDREDTHS_OF_PERCENT + self.whole) // (2 * self.whole)
        return f"{units // 100}.{units % 100:02d}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is counted of a place, on a day.

    `served_households` live in estates that have an operator that day, in whichever of the four modes: a
    company, the owners themselves, an interim, or the community in custody. `serviced_households` are those
    of them whose mode is not community management: standard property service, quasi service, or the owners'
    own. Coverage (S21) is served of all; both are shown, because custody by the community begins with the
    registration of an estate and makes the wide rate nearly full.
    """

    estates: int = 0
    households: int = 0
    standard_property: int = 0
    quasi_service: int = 0
    owner_self_rule: int = 0
    community_management: int = 0
    served_households: int = 0
    serviced_households: int = 0
    complaints_received: int = 0
    complaints_accepted: int = 0
    complaints_resolved: int = 0
    complaints_resolved_on_time: int = 0
    complaints_rejected: int = 0
    complaints_merged: int = 0
    complaints_overdue: int = 0
    items: int = 0
    items_open: int = 0
    items_overdue: int = 0
    items_verified: int = 0
    items_verified_on_time: int = 0
    subsidies_paid_fen: int = 0

    @property
    def coverage(self) -> Share:
        """Return the share of households with any operator (S21)."""
        return Share(self.served_households, self.households)

    @property
    def service_coverage(self) -> Share:
        """Return the share of households served otherwise than by the community's fallback."""
        return Share(self.serviced_households, self.households)

    @property
    def complaints_on_time(self) -> Share:
        """Return the share of the resolved complaints whose term had not run out."""
        return Share(self.complaints_resolved_on_time, self.complaints_resolved)

    @property
    def overdue_items(self) -> Share:
        """Return the share of the duties that are still owed after their term."""
        return Share(self.items_overdue, self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class TownFigures:
    """The figures of a town (9 digits)."""

    territory: TerritoryCode
    figures: Figures


def total(towns: Iterable[TownFigures]) -> Figures:
    """Add up the figures of towns."""
    listed = [town.figures for town in towns]
    names = [field.name for field in fields(Figures)]
    return Figures(**{name: sum(getattr(figures, name) for figures in listed) for name in names})
