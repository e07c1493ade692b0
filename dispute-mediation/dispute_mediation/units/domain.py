"""Units: an office of some kind in a territory, written `<territory>:<kind>`.

A town office sits in a town (9 digits), a community committee in a community (12), every other office in
the district (6).
"""

import re
from typing import Final

from shared.kernel import TerritoryCode

__all__ = ["competent_unit", "is_unit_code", "level_of_unit"]

_DISTRICT_DIGITS: Final = 6
_TOWN_DIGITS: Final = 9
_COMMUNITY_DIGITS: Final = 12
# The 12-digit form of a town's own code ends so (9.1): it names no community.
_NO_COMMUNITY: Final = "000"
_UNIT: Final = re.compile(r"\A(?:[0-9]{6}|[0-9]{9}|[0-9]{12}):[a-z][a-z_]{1,39}\Z")
# Who takes a matter whose place is not known as finely as the office asked for needs it.
_WIDER: Final = {"community": "town", "town": "authority"}
_LEVELS: Final = {_TOWN_DIGITS: "town", _COMMUNITY_DIGITS: "community"}


def is_unit_code(text: str) -> bool:
    """Say whether the text has the shape of a unit code."""
    return _UNIT.match(text) is not None


def competent_unit(*, kind: str, territory: TerritoryCode) -> str:
    """Return the office of a kind that is competent for a place (leaf table, 5.1).

    Where the place is only known to the town or the district, a matter of the community goes to the town,
    one of the town to the property authority, which finds the place out.
    """
    if territory.endswith(_NO_COMMUNITY) and len(territory) == _COMMUNITY_DIGITS:
        territory = territory[:_TOWN_DIGITS]
    digits = _digits(kind)
    if len(territory) < digits and kind in _WIDER:
        return competent_unit(kind=_WIDER[kind], territory=territory)
    return f"{territory[:digits]}:{kind}"


def level_of_unit(unit: str) -> str:
    """Return the level a unit works at: community, town or district (5.3)."""
    return _LEVELS.get(len(unit.partition(":")[0]), "district")


def _digits(kind: str) -> int:
    return {"community": _COMMUNITY_DIGITS, "town": _TOWN_DIGITS}.get(kind, _DISTRICT_DIGITS)
