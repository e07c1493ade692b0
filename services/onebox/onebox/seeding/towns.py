"""Where the estates of a seeded province lie: the towns that ship with the register, then made-up ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from estate_registry.naming.domain import grams, name_key
from estate_registry.seed import read_territories
from onebox.seeding.province import line
from shared.kernel import level_of

__all__ = ["TERRITORY_COLUMNS", "Town", "made_up_territories", "towns"]

ESTATES_A_TOWN: Final = 160
_COMMUNITIES: Final = 12
_TOWN_DIGITS: Final = 9
_PROVINCE: Final = "61"
# Cities 51 and up, districts 81 and up are not given to anybody: nobody takes these for real places.
_FIRST_CITY: Final = 51
_FIRST_DISTRICT: Final = 81
_TOWNS_A_DISTRICT: Final = 12
_DISTRICTS_A_CITY: Final = 11
_SOURCE: Final = "示例数据"
TERRITORY_COLUMNS: Final = (
    *("code", "name", "parent", "level", "kind", "name_key", "name_grams", "valid_from", "source"),
)


@dataclass(frozen=True, slots=True)
class Town:
    """A town or street and the communities in it."""

    code: str
    communities: Sequence[str]


@lru_cache(maxsize=1)
def towns(estates: int) -> Sequence[Town]:
    """Return as many towns as so many estates need."""
    real = _real_towns()
    missing = max(estates // ESTATES_A_TOWN + 1 - len(real), 0)
    return (*real, *(_made_up(number) for number in range(missing)))


def _real_towns() -> Sequence[Town]:
    codes = [territory.code for territory in read_territories()]
    return [
        Town(code, [other for other in codes if other.startswith(code) and other != code])
        for code in codes
        if len(code) == _TOWN_DIGITS
    ]


def _made_up(number: int) -> Town:
    district, town = divmod(number, _TOWNS_A_DISTRICT)
    city, district = divmod(district, _DISTRICTS_A_CITY)
    code = f"{_PROVINCE}{_FIRST_CITY + city}{_FIRST_DISTRICT + district}{town + 1:03d}"
    return Town(code, [f"{code}{community:03d}" for community in range(1, _COMMUNITIES + 1)])


def made_up_territories(estates: int) -> list[str]:
    """Return the lines of the territories that do not ship with the register."""
    real = {territory.code for territory in read_territories()}
    codes = {
        code[:digits]
        for town in towns(estates)
        for code in town.communities
        for digits in (4, 6, _TOWN_DIGITS, 12)
    }
    return [_territory(code) for code in sorted(codes - real)]


def _territory(code: str) -> str:
    level = level_of(code)
    name = f"示例{code[-3:]}{ {'city': '市', 'district': '区', 'town': '街道'}.get(level, '社区') }"
    pieces = "{" + ",".join(grams(name_key(name))) + "}"
    parent = code[: {4: 2, 6: 4, _TOWN_DIGITS: 6}.get(len(code), _TOWN_DIGITS)]
    return line(code, name, parent, level, level, name_key(name), pieces, "2020-01-01", _SOURCE)
