"""Counts for screens."""

from datetime import date
from typing import Final

from shared.kernel import NotAllowed, TerritoryCode, local_date
from shared.storage import Work
from shared.web import View
from supervision.counts.domain import Figures, Share, total
from supervision.counts.storage import count_towns

__all__ = ["CountedTooWidely", "CountsView", "FiguresView", "ShareView", "TownView", "counts_of"]

# A city has some hundred towns; a province would have thousands on one page.
_FEWEST_DIGITS: Final = 4


class CountedTooWidely(NotAllowed):
    """Counts are given for a city, or for what lies in one."""

    zh = "统计范围过大（“{territory}”）。请用 territory 指定市、县（区）或镇街的区划代码。"
    en = "The territory '{territory}' is too wide. Name a city, district or town in `territory`."


class ShareView(View):
    """A share as whole numbers. `percent` is for reading, half up; a dash when `whole` is 0."""

    part: int
    whole: int
    percent: str

    @classmethod
    def of(cls, share: Share) -> "ShareView":
        """Return the view of a share."""
        return cls(part=share.part, whole=share.whole, percent=share.percent)


class FiguresView(View):
    """What is counted of a place.

    `coverage` (S21) is the households with an operator in any mode, of all; `service_coverage` leaves out
    those whom the community looks after as a fallback. `complaints_on_time` is of those resolved;
    `overdue_items` are duties still owed after their term, of all duties. Money in fen.
    """

    estates: int
    households: int
    modes: dict[str, int]
    coverage: ShareView
    service_coverage: ShareView
    complaints: dict[str, int]
    complaints_overdue: int
    complaints_on_time: ShareView
    items: int
    items_open: int
    items_verified: int
    items_verified_on_time: int
    overdue_items: ShareView
    subsidies_paid_fen: int

    @classmethod
    def of(cls, figures: Figures) -> "FiguresView":
        """Return the view of figures."""
        return cls(
            estates=figures.estates,
            households=figures.households,
            modes={
                "standard_property": figures.standard_property,
                "quasi_service": figures.quasi_service,
                "owner_self_rule": figures.owner_self_rule,
                "community_management": figures.community_management,
            },
            coverage=ShareView.of(figures.coverage),
            service_coverage=ShareView.of(figures.service_coverage),
            complaints={
                "received": figures.complaints_received,
                "accepted": figures.complaints_accepted,
                "resolved": figures.complaints_resolved,
                "rejected": figures.complaints_rejected,
                "merged": figures.complaints_merged,
            },
            complaints_overdue=figures.complaints_overdue,
            complaints_on_time=ShareView.of(figures.complaints_on_time),
            items=figures.items,
            items_open=figures.items_open,
            items_verified=figures.items_verified,
            items_verified_on_time=figures.items_verified_on_time,
            overdue_items=ShareView.of(figures.overdue_items),
            subsidies_paid_fen=figures.subsidies_paid_fen,
        )


class TownView(View):
    """The figures of one town (9 digits)."""

    territory: str
    figures: FiguresView


class CountsView(View):
    """The figures of a territory on a day, in all and town by town."""

    territory: str
    as_of: date
    total: FiguresView
    towns: list[TownView]


async def counts_of(work: Work, *, territory: TerritoryCode | None) -> CountsView:
    """Return the counts of a territory, by default the caller's own.

    Raises OutsideTerritory, CountedTooWidely.
    """
    place = work.scope.prefix if territory is None else territory
    work.require_territory(place)
    if len(place) < _FEWEST_DIGITS:
        raise CountedTooWidely(territory=place)
    today = local_date(work.now)
    towns = await count_towns(work, territory=place, today=today)
    return CountsView(
        territory=place,
        as_of=today,
        total=FiguresView.of(total(towns)),
        towns=[TownView(territory=town.territory, figures=FiguresView.of(town.figures)) for town in towns],
    )
