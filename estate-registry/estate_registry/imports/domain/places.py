"""Where a row belongs: by code, by the names of town and community, or where the whole import does."""

from collections.abc import Mapping
from dataclasses import dataclass

from estate_registry.imports.domain.columns import Field
from estate_registry.imports.domain.findings import FindingKind
from estate_registry.imports.domain.numerals import fold
from estate_registry.territories.domain import TOWN_DIGITS, Gazetteer
from shared.kernel import TerritoryCode

__all__ = ["Place", "locate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The territory of a row, and what its cells said; `unknown` where the tree has no such place."""

    territory: TerritoryCode
    field: Field = Field.TERRITORY
    value: str = ""
    unknown: bool = False
    refusal: FindingKind | None = None


def locate(cells: Mapping[Field, str], *, target: TerritoryCode, gazetteer: Gazetteer) -> Place:
    """Return where a row belongs: never outside the target, never wider than a town."""
    named = _by_code(cells, target, gazetteer) or _by_names(cells, target, gazetteer)
    place = named or Place(territory=target)
    if not (place.territory.startswith(target) or target.startswith(place.territory)):
        return _refused(place, FindingKind.OUTSIDE_TERRITORY)
    narrower = max(place.territory, target, key=len)
    if len(narrower) < TOWN_DIGITS:
        return _refused(place, FindingKind.NO_TOWN)
    return Place(territory=narrower, field=place.field, value=place.value, unknown=place.unknown)


def _refused(place: Place, refusal: FindingKind) -> Place:
    return Place(territory=place.territory, field=place.field, value=place.value, refusal=refusal)


def _by_code(cells: Mapping[Field, str], target: TerritoryCode, gazetteer: Gazetteer) -> Place | None:
    code = fold(cells.get(Field.TERRITORY, ""))
    if not code:
        return None
    if gazetteer.knows(code):
        return Place(territory=code, value=code)
    return Place(territory=target, value=code, unknown=True)


def _by_names(cells: Mapping[Field, str], target: TerritoryCode, gazetteer: Gazetteer) -> Place | None:
    town_name, community_name = (fold(cells.get(field, "")) for field in (Field.TOWN, Field.COMMUNITY))
    town = gazetteer.town(town_name, within="") if town_name else None
    if town_name and town is None:
        return Place(territory=target, field=Field.TOWN, value=town_name, unknown=True)
    if not community_name:
        return None if town is None else Place(territory=town, field=Field.TOWN, value=town_name)
    within = town or target
    community = gazetteer.community(community_name, within=within)
    return Place(
        territory=community or within,
        field=Field.COMMUNITY,
        value=community_name,
        unknown=community is None,
    )
