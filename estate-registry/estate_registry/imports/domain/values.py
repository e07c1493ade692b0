"""Cells as values: what a count, a year, an area, a fee may look like, and what was done to read it.

A cell gives at most one finding. What cannot be read, or is not plausible, is left out, not guessed.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final, Generic, Self, TypeVar

from estate_registry.imports.domain.findings import Finding, FindingKind
from estate_registry.imports.domain.numerals import NUMBER, chinese_number, decimal_of, fold
from shared.kernel import area_text

__all__ = ["Fee", "Limits", "Reading", "read_area", "read_count", "read_fee", "read_flag", "read_year"]

Value = TypeVar("Value")
Read_co = TypeVar("Read_co", covariant=True)

# Lists say the same years and counts again and again, each read once.
_KEPT: Final = 4_096
_BLANK: Final = frozenset(
    (
        *("", "-", "--", "/", "\\", "|", ".", "?", "none", "null", "n/a", "na", "nan", "#n/a"),
        *("无", "未知", "不详", "暂无", "暂无信息", "暂无数据", "待补充", "待核实", "待定", "不清楚"),
    )
)
_RANGE: Final = r"\s*(?:-|~|至|到|—|–)+\s*"
_ABOUT: Final = r"(?P<about>大约|约|近|共计|共|总)?"
_MORE: Final = r"(?P<more>左右|多|余|以上)?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is plausible; rows of the rule table. Years of completion, counts, area in 0.01 m², fee in fen."""

    earliest_year: int
    this_year: int
    buildings: int
    households: int
    area_m2x100: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Reading(Generic[Read_co]):
    """What a cell was read as, and what was found on the way."""

    value: Read_co | None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee as a list states it, in fen per m² and month: from, to."""

    low_fen: int
    high_fen: int


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of a field, and the findings it can give."""

    field: str
    text: str
    folded: str

    @classmethod
    def of(cls, field: str, text: str) -> Self:
        return cls(field, text, fold(text))

    @property
    def blank(self) -> bool:
        return self.folded.lower() in _BLANK

    def left_out(self, kind: FindingKind, result: str = "") -> Reading[Value]:
        return Reading(None, self._finding(kind, result))

    def read(self, value: Value, kind: FindingKind | None, shown: str) -> Reading[Value]:
        """Return a value; one whose cell says just that gives no finding."""
        found = kind or (None if self.text == shown else FindingKind.REFORMATTED)
        return Reading(value, None if found is None else self._finding(found, shown))

    def _finding(self, kind: FindingKind, result: str) -> Finding:
        return Finding(kind=kind, field=self.field, value=self.text, result=result)


_COUNT: Final = re.compile(
    rf"{_ABOUT}\s*(?P<low>{NUMBER})(?:{_RANGE}(?P<high>{NUMBER}))?\s*(?P<scale>万|千)?\s*(?P<plus>余|多|来)?\s*"
    rf"(?P<unit>栋|幢|座|个|户|套|家|间|栋楼|幢楼|户人家|住户)?\s*{_MORE}"
)
_COUNT_UNIT: Final = re.compile(r"(?:栋楼|幢楼|栋|幢|座|个|户|套|家|间)\Z")


@lru_cache(maxsize=_KEPT)
def read_count(text: str, *, field: str, most: int) -> Reading[int]:
    """Read a number of buildings or households: `4栋`, `约300户`, `十二幢`, `12-15`."""
    cell = _Cell.of(field, text)
    if cell.blank:
        return cell.left_out(FindingKind.MISSING)
    match = _COUNT.fullmatch(cell.folded)
    if match is None:
        return _chinese_count(cell, most=most)
    count = decimal_of(match["low"], match["scale"])
    if count != int(count):
        return cell.left_out(FindingKind.UNREADABLE)
    return _plausible(cell, int(count), kind=_kind_of(match), most=most)


def _chinese_count(cell: _Cell, *, most: int) -> Reading[int]:
    count = chinese_number(_COUNT_UNIT.sub("", cell.folded))
    if count is None:
        return cell.left_out(FindingKind.UNREADABLE)
    return _plausible(cell, count, kind=FindingKind.CHINESE_NUMERAL, most=most)


def _plausible(cell: _Cell, count: int, *, kind: FindingKind | None, most: int) -> Reading[int]:
    if not 0 < count <= most:
        return cell.left_out(FindingKind.IMPLAUSIBLE, f"1-{most}")
    return cell.read(count, kind, str(count))


def _kind_of(match: re.Match[str]) -> FindingKind | None:
    """Return what was done to read a number: the weightiest that applies."""
    parts: dict[str, str | None] = match.groupdict()
    if parts.get("high"):
        return FindingKind.RANGE_LOWER
    if parts.get("about") in {"大约", "约", "近"} or parts.get("more") or parts.get("plus"):
        return FindingKind.APPROXIMATE
    return FindingKind.UNIT_REMOVED if parts.get("unit") or parts.get("scale") or parts.get("about") else None


_BUILT: Final = r"\s*(?P<unit>年)?\s*(?:份)?\s*(?P<built>建成|建设|建造|竣工|交付|建)?"
_YEAR: Final = re.compile(rf"{_ABOUT}\s*(?P<year>[0-9]{{4}})(?:\.0+)?{_BUILT}\s*{_MORE}")
_YEAR_RANGE: Final = re.compile(rf"{_ABOUT}\s*(?P<year>[0-9]{{4}})年?{_RANGE}(?P<high>[0-9]{{4}}){_BUILT}")
_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4})[-./年](?:0?[1-9]|1[0-2])(?:(?:[-./月][0-9]{1,2}日?)?(?:\s+[0-9:.]+)?|月)\Z"
)
_DECADE: Final = re.compile(r"(?:(?P<century>19|20))?(?P<decade>[0-9])0\s*年代\s*(?:建成|建)?")
_SHORT_YEAR: Final = re.compile(r"(?P<short>[0-9]{2})\s*年\s*(?:建成|竣工|交付|建)?")
_CHINESE_YEAR: Final = re.compile(r"(?P<year>[零〇一二三四五六七八九]{4})年?(?:建成|竣工|建)?")
_CENTURY: Final = 100


@lru_cache(maxsize=_KEPT)
def read_year(text: str, *, field: str, limits: Limits) -> Reading[int]:
    """Read a year of completion: `2009年建成`, `1998-05`, `98年`, `80年代`, `一九九八年`."""
    cell = _Cell.of(field, text)
    if cell.blank:
        return cell.left_out(FindingKind.MISSING)
    found = _year_in(cell.folded, this_year=limits.this_year)
    if found is None:
        return cell.left_out(FindingKind.UNREADABLE)
    year, kind = found
    if not limits.earliest_year <= year <= limits.this_year:
        return cell.left_out(FindingKind.IMPLAUSIBLE, f"{limits.earliest_year}-{limits.this_year}")
    return cell.read(year, kind, str(year))


def _year_in(text: str, *, this_year: int) -> tuple[int, FindingKind | None] | None:
    if (match := _YEAR.fullmatch(text) or _YEAR_RANGE.fullmatch(text)) is not None:
        return int(match["year"]), _kind_of(match)
    if (match := _DATE.fullmatch(text)) is not None:
        return int(match["year"]), FindingKind.REFORMATTED
    if (match := _SHORT_YEAR.fullmatch(text)) is not None:
        return _full_year(int(match["short"]), this_year), FindingKind.TWO_DIGIT_YEAR
    if (match := _DECADE.fullmatch(text)) is not None:
        decade = int(match["decade"]) * 10
        year = (
            int(match["century"]) * _CENTURY + decade if match["century"] else _full_year(decade, this_year)
        )
        return year, FindingKind.RANGE_LOWER
    if (match := _CHINESE_YEAR.fullmatch(text)) is not None:
        return chinese_number(match["year"]) or 0, FindingKind.CHINESE_NUMERAL
    return None


def _full_year(short: int, this_year: int) -> int:
    """Return the latest year with these last two digits that is not to come."""
    century = this_year - this_year % _CENTURY
    return century + short if century + short <= this_year else century - _CENTURY + short


_AREA: Final = re.compile(
    rf"{_ABOUT}\s*(?P<low>{NUMBER})(?:{_RANGE}(?P<high>{NUMBER}))?\s*(?P<scale>万|千)?\s*(?P<plus>余|多|来)?\s*"
    rf"(?P<unit>平方米|平米|平方|平|m2|m\^2)?\s*{_MORE}",
    re.IGNORECASE,
)
_HUNDREDTH: Final = Decimal("0.01")


@lru_cache(maxsize=_KEPT)
def read_area(text: str, *, field: str, most: int) -> Reading[int]:
    """Read an area as units of 0.01 m²: `12,500㎡`, `1.25万平方米`, `8000.5`."""
    cell = _Cell.of(field, text)
    if cell.blank:
        return cell.left_out(FindingKind.MISSING)
    match = _AREA.fullmatch(cell.folded)
    if match is None:
        return cell.left_out(FindingKind.UNREADABLE)
    exact = decimal_of(match["low"], match["scale"])
    area = _hundredths(exact)
    if not 0 < area <= most:
        return cell.left_out(FindingKind.IMPLAUSIBLE, f"0.01-{area_text(most)} m²")
    kind = FindingKind.ROUNDED if exact * 100 != area else _kind_of(match)
    shown = area_text(area)
    same = cell.text in {shown, shown.removesuffix(".00"), shown.removesuffix("0")}
    return cell.read(area, kind, cell.text if same and kind is None else shown)


def _hundredths(exact: Decimal) -> int:
    return int(exact.quantize(_HUNDREDTH, ROUND_HALF_UP) * 100)


_FEE: Final = re.compile(
    rf"{_ABOUT}\s*(?P<low>{NUMBER})\s*(?:元)?(?:{_RANGE}(?P<high>{NUMBER}))?\s*"
    r"(?P<unit>元(?:\s*(?:/|每|\.|·|\*)?\s*(?:平方米|平米|平方|平|m2|月|户)\s*)*)?"
)


@lru_cache(maxsize=_KEPT)
def read_fee(text: str, *, field: str, most: int) -> Reading[Fee]:
    """Read a fee as fen per m² and month, from and to: `0.5至1.68元/平米/月`."""
    cell = _Cell.of(field, text)
    if cell.blank:
        return cell.left_out(FindingKind.MISSING)
    match = _FEE.fullmatch(cell.folded)
    if match is None or "户" in cell.folded:
        return cell.left_out(FindingKind.UNREADABLE)
    low, high = sorted(_hundredths(decimal_of(match[name] or match["low"])) for name in ("low", "high"))
    if high > most:
        return cell.left_out(FindingKind.IMPLAUSIBLE, f"0-{area_text(most)}")
    kind = FindingKind.UNIT_REMOVED if match["unit"] else None
    shown = area_text(low) if low == high else f"{area_text(low)}-{area_text(high)}"
    return cell.read(Fee(low, high), kind, shown)


_YES: Final = frozenset({"是", "有", "√", "y", "yes", "true", "1", "三无", "三无小区", "✓", "✔"})
_NO: Final = frozenset({"否", "无", "不是", "非", "×", "x", "n", "no", "false", "0", "✗", "非三无"})


def read_flag(text: str, *, field: str) -> Reading[bool]:
    """Read a yes or no; an empty cell is a no that nobody wrote."""
    cell = _Cell.of(field, text)
    word = cell.folded.lower()
    if word in _YES | _NO:
        return Reading(word in _YES)
    return cell.left_out(FindingKind.MISSING if cell.blank else FindingKind.UNREADABLE)
