"""Territory codes: 2, 4, 6, 9 or 12 digits; a shorter code contains every code it is a prefix of.

GB/T 2260 to the district (6), + 3 digits for town or street (9), + 3 for community or village (12).
The empty code is the nation. Codes 900-999 at town level are reserved for functional areas such as
an industrial park (domain, 9.1).
"""

import re
from dataclasses import dataclass
from typing import Final

__all__ = ["NATION", "Scope", "TerritoryCode", "is_territory_code", "level_of"]

TerritoryCode = str

NATION: Final[TerritoryCode] = ""
_CODE: Final = re.compile(r"\A(?:|[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})\Z")
_LEVELS: Final = {0: "nation", 2: "province", 4: "city", 6: "district", 9: "town", 12: "community"}
# Sorts after every digit, so that [prefix, prefix + AFTER_DIGITS) holds exactly the codes below a prefix.
_AFTER_DIGITS: Final = ":"


def is_territory_code(text: str) -> bool:
    """Say whether the text has the shape of a territory code."""
    return _CODE.match(text) is not None


def level_of(code: TerritoryCode) -> str:
    """Return the level: nation, province, city, district, town or community."""
    return _LEVELS[len(code)]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see: every row whose territory code starts with the prefix."""

    prefix: TerritoryCode

    @property
    def low(self) -> str:
        """Return the inclusive lower bound of the codes in scope."""
        return self.prefix

    @property
    def high(self) -> str:
        """Return the exclusive upper bound of the codes in scope."""
        return self.prefix + _AFTER_DIGITS

    def covers(self, code: TerritoryCode) -> bool:
        """Say whether a code lies in scope."""
        return code.startswith(self.prefix)
