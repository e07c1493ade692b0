"""Where a grievance lies: an estate that is known, or one that will be, or a place alone."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.kernel import Conflict, TerritoryCode, is_estate_code

__all__ = ["KnownEstate", "Place", "PlaceMissing", "PlaceTooWide", "place_without_estate"]

_TOWN_DIGITS: Final = 9
_DISTRICT_DIGITS: Final = 6


class PlaceMissing(Conflict):
    """Neither a known estate nor a territory says where the matter lies."""

    zh = "无法确定事发地点：请填写已登记的小区，或填写所在镇街、社区的行政区划代码。"
    en = "Where the matter lies is not known. Name a registered estate, or give the territory code."


class PlaceTooWide(Conflict):
    """The territory is wider than a district: no unit is competent for it."""

    zh = "行政区划“{territory}”范围过大，请至少填写到县区（6 位），最好到镇街或社区。"
    en = "The territory '{territory}' is too wide. Name a district (6 digits), better a community."


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEstate:
    """What estate-registry said of an estate."""

    estate_id: UUID
    code: str
    estate_name: str
    territory: TerritoryCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a grievance lies. `org` is the company that answers for the estate on the day, if any.

    `known` says whether estate-registry has told of the estate; until then the case keeps its code.
    """

    territory: TerritoryCode
    estate_id: UUID | None = None
    estate_code: str | None = None
    org: str | None = None
    known: bool = False


def place_without_estate(
    *, estate_id: UUID | None, estate_code: str | None, territory: TerritoryCode | None
) -> Place:
    """Return the place of a grievance whose estate is not known here (yet).

    An estate code begins with its town. Raises PlaceMissing and PlaceTooWide.
    """
    if territory is None and estate_code is not None and is_estate_code(estate_code):
        territory = estate_code[:_TOWN_DIGITS]
    if territory is None:
        raise PlaceMissing
    if len(territory) < _DISTRICT_DIGITS:
        raise PlaceTooWide(territory=territory)
    return Place(territory=territory, estate_id=estate_id, estate_code=estate_code)
