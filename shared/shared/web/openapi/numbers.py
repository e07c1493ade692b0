"""What a number of a name is, in the examples of the document: the usual one, or by the unit in the name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["NUMBERS", "NUMBER_ENDINGS"]

NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "year": 2026,
        "year_built": 1998,
        "households": 240,
        "buildings": 6,
        "floors": 6,
        "entrances": 3,
        "hundredths": 100,
        "score": 5,
        "fee_fen_per_m2_month": 120,
        "stated_fee_low_fen": 60,
        "stated_fee_high_fen": 120,
        "rate_fen": 20,
        "month": 11,
        "dismissal_notice_days": 60,
        "renewal_notice_days": 90,
        "pii_level": 1,
    }
)
# Amounts by their unit; a field with none of them counts something.
NUMBER_ENDINGS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "_fen": 1_280_000,
        "_tenths": 865,
        "_percent": 35,
        "_m2x100": 1_800_000,
        "_hundredths": 100,
        "_months": 12,
        "_days": 30,
        "": 3,
    }
)
