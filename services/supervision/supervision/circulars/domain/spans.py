"""The period a circular is about: a month, a quarter or a year, by its kind (SU-03)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.kernel import add_months
from supervision.circulars.domain.states import Kind

__all__ = ["Span", "span_of"]

_MONTHS_OF_QUARTER: Final = 3
_MONTHS_OF_YEAR: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days `[start, end)`, as written (`2026-03`, `2026-Q1`, `2026`) and as a Chinese sentence has it."""

    text: str
    zh: str
    start: date
    end: date


def span_of(kind: Kind, text: str) -> Span:
    """Read the period of a circular of this kind.

    Raises ValueError with a sentence in both languages when it has not the form of the kind.
    """
    pattern, reader, zh, en = _FORMS[kind]
    match = re.fullmatch(pattern, text)
    if match is None:
        message = f"period 应写作{zh}。 / For this kind the period is written as {en}."
        raise ValueError(message)
    return reader(text, int(match["year"]), int(match.groupdict().get("part", "1")))


def _month(text: str, year: int, month: int) -> Span:
    start = date(year, month, 1)
    return Span(text=text, zh=f"{year}年{month}月", start=start, end=add_months(start, 1))


def _quarter(text: str, year: int, quarter: int) -> Span:
    start = date(year, _MONTHS_OF_QUARTER * (quarter - 1) + 1, 1)
    return Span(
        text=text, zh=f"{year}年第{quarter}季度", start=start, end=add_months(start, _MONTHS_OF_QUARTER)
    )


def _year(text: str, year: int, _part: int) -> Span:
    start = date(year, 1, 1)
    return Span(text=text, zh=f"{year}年度", start=start, end=add_months(start, _MONTHS_OF_YEAR))


_Form = tuple[str, Callable[[str, int, int], Span], str, str]
_YEAR: Final = "(?P<year>20[0-9]{2})"
_BY_MONTH: Final[_Form] = (
    rf"{_YEAR}-(?P<part>0[1-9]|1[0-2])",
    _month,
    "月份，如 2026-03",
    "2026-03, a month",
)
_BY_QUARTER: Final[_Form] = (rf"{_YEAR}-Q(?P<part>[1-4])", _quarter, "季度，如 2026-Q1", "2026-Q1, a quarter")
_BY_YEAR: Final[_Form] = (_YEAR, _year, "年度，如 2026", "2026, a year")
_FORMS: Final[Mapping[Kind, _Form]] = {
    Kind.PROGRESS: _BY_MONTH,
    Kind.RANKING: _BY_QUARTER,
    Kind.CRITICISM: _BY_MONTH,
    Kind.RESULT: _BY_YEAR,
    Kind.PRAISE: _BY_MONTH,
}
