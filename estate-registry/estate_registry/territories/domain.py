"""The territory tree: 12-digit codes, names as people write them, and the town or community a name means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from estate_registry.naming.domain import name_key
from shared.kernel import NotFound, TerritoryCode, level_of

__all__ = ["TOWN_DIGITS", "Gazetteer", "Territory", "TerritoryUnknown", "place_key", "town_of"]

TOWN_DIGITS: Final = 9
COMMUNITY_DIGITS: Final = 12

# What people leave out or put in: 汉山街道 is written 汉山街道办, 汉山街道办事处 and 汉山办 too. One of the
# official names ends in 居委会会.
_ENDINGS: Final = re.compile(
    r"(?:街道办事处|街道办|办事处|街道|镇人民政府|镇政府|镇|办|管委会"
    r"|社区居民委员会|居民委员会|居委会会?|社区|村民委员会|村委会|村)+\Z"
)


class TerritoryUnknown(NotFound):
    """No territory has this code."""

    zh = "没有行政区划“{code}”。请在区划目录（/territories）中查找正确的代码。"
    en = "There is no territory '{code}'. Look the code up in the list of territories (/territories)."


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """A node of the tree: street, town, community, village or anything above; valid on `[from, to)`."""

    code: TerritoryCode
    name: str
    parent: TerritoryCode | None
    kind: str
    valid_from: date
    valid_to: date | None
    source: str

    @property
    def level(self) -> str:
        """Return the level that the length of the code says."""
        return level_of(self.code)


def town_of(territory: TerritoryCode) -> TerritoryCode:
    """Return the town or street a code lies in; shorter codes have none and come back as they are."""
    return territory[:TOWN_DIGITS]


def place_key(name: str) -> str:
    """Return what the spellings of a town's or community's name have in common."""
    key = name_key(name)
    return _ENDINGS.sub("", key) or key


class Gazetteer:
    """The towns and communities below a territory by code and by name; a name that two share means none."""

    def __init__(self, territories: Iterable[Territory]) -> None:
        """Take every territory that a row of a list may name."""
        self._codes: set[TerritoryCode] = set()
        self._by_name: dict[tuple[int, str], list[TerritoryCode]] = {}
        for territory in territories:
            self._codes.add(territory.code)
            place = (len(territory.code), place_key(territory.name))
            self._by_name.setdefault(place, []).append(territory.code)

    def knows(self, code: TerritoryCode) -> bool:
        """Say whether a code is one of the tree's."""
        return code in self._codes

    def town(self, name: str, *, within: TerritoryCode) -> TerritoryCode | None:
        """Return the one town of that name within a territory."""
        return self._only(TOWN_DIGITS, name, within)

    def community(self, name: str, *, within: TerritoryCode) -> TerritoryCode | None:
        """Return the one community or village of that name within a territory."""
        return self._only(COMMUNITY_DIGITS, name, within)

    def _only(self, digits: int, name: str, within: TerritoryCode) -> TerritoryCode | None:
        named = self._by_name.get((digits, place_key(name)), [])
        found = [code for code in named if code.startswith(within) or within.startswith(code)]
        return found[0] if len(found) == 1 else None
