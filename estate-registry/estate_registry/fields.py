"""The kinds of fields that requests to the register have, beside those of every service."""

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from shared.web import WRITTEN_DAY, Whole, clean_text

__all__ = ["Address", "BuildingNo", "Count", "Day", "Year"]

ADDRESS_MAX: Final = 300
BUILDING_NO_MAX: Final = 20
# What a column of whole numbers holds.
COUNT_MAX: Final = 2**31 - 1
YEAR_MIN: Final = 1000
YEAR_MAX: Final = 9999
# Far enough for every deed and every plan, near enough to count terms from.
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2200, 1, 1)

Address = Annotated[str, StringConstraints(max_length=ADDRESS_MAX), AfterValidator(clean_text)]
BuildingNo = Annotated[
    str,
    StringConstraints(min_length=1, max_length=BUILDING_NO_MAX, strip_whitespace=True),
    AfterValidator(clean_text),
]
Count = Annotated[Whole, Field(le=COUNT_MAX)]
Year = Annotated[Whole, Field(ge=YEAR_MIN, le=YEAR_MAX)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST), WRITTEN_DAY]
