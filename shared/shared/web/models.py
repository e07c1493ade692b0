"""The base of what comes in and goes out, and the ready-made field types.

A validator of our own raises `ValueError("中文 / English")`; the reader is shown the half in their language.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StrictBool,
    StrictInt,
    StringConstraints,
)
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema

from shared.kernel import is_territory_code
from shared.web.answer_bounds import WHOLE_MAX, bound_fields

__all__ = [
    "WRITTEN_DAY",
    "WRITTEN_MOMENT",
    "AreaM2x100",
    "Body",
    "CalendarDay",
    "Code",
    "Flag",
    "LongText",
    "Moment",
    "MoneyFen",
    "Month",
    "Sha256",
    "ShortText",
    "Territory",
    "Uscc",
    "View",
    "Whole",
    "clean_text",
]

SHORT_TEXT_MAX: Final = 200
LONG_TEXT_MAX: Final = 5_000
CODE_MAX: Final = 64
_ALLOWED_CONTROLS: Final = {"\n", "\t"}
_CONTROLS: Final = (
    "含有不可见的控制字符，请删除后再提交。 / Contains control characters. Remove them and submit again."
)
_CODE: Final = re.compile(r"\A[A-Za-z0-9._:-]+\Z")
_DAY: Final = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_MOMENT: Final = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", re.ASCII)
# What the document says of values whose refusal has a sentence of its own.
_TEXT_PATTERN: Final = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
_TERRITORY_PATTERN: Final = "^(?:[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
TERRITORY_MAX: Final = 12


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class View(BaseModel):
    """An answer. One with a `version` gets it as its ETag.

    A text, list or whole number whose field has no limit of its own has the widest of those that hold what
    came in once: a view beyond it cannot be made, and the document states it.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 - as pydantic has it
        """Bound what has no limit of its own."""
        schema = handler(source)
        bound_fields(handler.resolve_ref_schema(schema))
        return schema


def clean_text(text: str) -> str:
    """Refuse control characters and lone surrogates, which no database and no reader can keep."""
    for character in text:
        category = unicodedata.category(character)
        if category == "Cs" or (category == "Cc" and character not in _ALLOWED_CONTROLS):
            raise ValueError(_CONTROLS)
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        message = "不能只填空白。 / Must not be blank."
        raise ValueError(message)
    return text


def _code(text: str) -> str:
    if _CODE.match(text) is None:
        message = "只能使用字母、数字和 . _ : - 。 / Only letters, digits and . _ : - are allowed."
        raise ValueError(message)
    return text


def _territory(text: str) -> str:
    if not text or not is_territory_code(text):
        message = "行政区划代码应为 2、4、6、9 或 12 位数字。 / A territory code has 2, 4, 6, 9 or 12 digits."
        raise ValueError(message)
    return text


def _day(given: object) -> object:
    """Refuse what is a day only to a computer: a count of seconds, or a moment at midnight."""
    if isinstance(given, date) or (isinstance(given, str) and _DAY.match(given)):
        return given
    message = "日期应写作 2026-01-31。 / A day is written 2026-01-31."
    raise ValueError(message)


def _moment(given: object) -> object:
    if isinstance(given, datetime) or (isinstance(given, str) and _MOMENT.match(given)):
        return given
    message = "时间应写作 2026-01-31T09:00:00+08:00。 / A moment is written 2026-01-31T09:00:00+08:00."
    raise ValueError(message)


def _written(**schema: object) -> FieldInfo:
    """Say in the document what a validator of ours holds a value to."""
    told: FieldInfo = Field(json_schema_extra=schema)  # type: ignore[arg-type]  # JSON by its values
    return told


_Text = Annotated[
    str, AfterValidator(clean_text), AfterValidator(_not_blank), _written(pattern=_TEXT_PATTERN)
]
ShortText = Annotated[_Text, StringConstraints(min_length=1, max_length=SHORT_TEXT_MAX)]
LongText = Annotated[_Text, StringConstraints(min_length=1, max_length=LONG_TEXT_MAX)]
Code = Annotated[
    str,
    StringConstraints(min_length=1, max_length=CODE_MAX),
    AfterValidator(_code),
    _written(pattern="^[A-Za-z0-9._:-]+$"),
]
Uscc = Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), _written(maxLength=18)]
Territory = Annotated[
    str, AfterValidator(_territory), _written(pattern=_TERRITORY_PATTERN, maxLength=TERRITORY_MAX)
]
# The hexadecimal SHA-256 of a file.
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), _written(maxLength=64)]
# `2026-01`; no month of a case lies outside these three centuries.
Month = Annotated[
    str, StringConstraints(pattern=r"^(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])$"), _written(maxLength=7)
]
# They stand last in a type with bounds of its own: a bound on top of them would not be a bound of a day.
WRITTEN_DAY: Final = BeforeValidator(_day)
WRITTEN_MOMENT: Final = BeforeValidator(_moment)
CalendarDay = Annotated[date, WRITTEN_DAY]
Moment = Annotated[AwareDatetime, WRITTEN_MOMENT]
Whole = Annotated[StrictInt, Field(ge=0, le=WHOLE_MAX)]
Flag = StrictBool
MoneyFen = Annotated[StrictInt, Field(ge=-WHOLE_MAX, le=WHOLE_MAX)]
# Area in 0.01 m².
AreaM2x100 = Annotated[StrictInt, Field(ge=0, le=WHOLE_MAX)]
