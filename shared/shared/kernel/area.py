"""Area is a whole number of 0.01 m². No floats, so that voting ratios and shares are exact (T-05)."""

import re
from typing import Final

__all__ = ["area_from_text", "area_text"]

_SQUARE_METRES: Final = re.compile(r"\A(?P<whole>[0-9]{1,12})(?:\.(?P<hundredths>[0-9]{1,2}))?\Z")


def area_from_text(text: str) -> int:
    """Read square metres such as `71.5` as units of 0.01 m² (7150); raise ValueError for anything else."""
    match = _SQUARE_METRES.match(text)
    if match is None:
        message = f"Not an area in square metres with at most two decimals: {text!r}."
        raise ValueError(message)
    return int(match["whole"]) * 100 + int((match["hundredths"] or "0").ljust(2, "0"))


def area_text(area_cm2x100: int) -> str:
    """Write units of 0.01 m² as square metres with two decimals; raise ValueError for a negative area."""
    if area_cm2x100 < 0:
        message = f"An area is not negative: {area_cm2x100}."
        raise ValueError(message)
    whole, hundredths = divmod(area_cm2x100, 100)
    return f"{whole}.{hundredths:02d}"
