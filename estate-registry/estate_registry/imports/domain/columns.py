"""Which column of a list holds what: by its header, or, where there is none, by the shape of its values."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from estate_registry.imports.domain.numerals import fold

__all__ = ["Column", "Field", "FoundBy", "Layout", "Line", "detect_layout"]

# A line of a list: its number in the file, and its cells.
Line = tuple[int, Sequence[str]]


class Field(StrEnum):
    """What a column can hold that the register takes."""

    EXTERNAL_ID = "external_id"
    NAME = "name"
    TYPE = "type"
    TERRITORY = "territory"
    TOWN = "town"
    COMMUNITY = "community"
    ADDRESS = "address"
    YEAR_BUILT = "year_built"
    AREA = "area"
    BUILDINGS = "buildings"
    HOUSEHOLDS = "households"
    THREE_NO = "three_no"
    FEE = "fee"
    OPERATOR = "operator"


class FoundBy(StrEnum):
    """How it was found out what a column holds."""

    HEADER = "header"
    SHAPE = "shape"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its place from 0, its header as it stands, what it holds; None is not taken.

    `scale` is 万 where the header says that the figures are in ten thousands.
    """

    position: int
    header: str
    field: Field | None
    found_by: FoundBy
    scale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of a list, and the line of its header; 0 where it has none."""

    columns: tuple[Column, ...]
    header_line: int = 0

    def cells(self, line: Sequence[str]) -> dict[Field, str]:
        """Return the cells of a line by what they hold; a line may be shorter than the header."""
        return {
            column.field: _scaled(line[column.position], column.scale)
            for column in self.columns
            if column.field is not None and column.position < len(line)
        }

    def beyond(self, line: Sequence[str]) -> str:
        """Return what a line has beyond the columns."""
        return " ".join(line[len(self.columns) :]).strip()


def _scaled(cell: str, scale: str) -> str:
    return cell + scale if scale and cell[-1:].isdigit() else cell


# The first name of a field that a header has wins: 类型名 tells more than 类型.
_NAMES: Final[Mapping[Field, str]] = {
    Field.EXTERNAL_ID: "poi_id id 小区编号 小区id 小区代码 编号 编码 external_id",
    Field.NAME: "小区名称 名称 小区 小区名 老旧小区名称 项目名称 院落名称 楼盘名称 name estate estate_name",
    Field.TYPE: "类型名 类型 物业类型 房屋类型 类别 用途 type",
    Field.TERRITORY: "社区代码 区划代码 行政区划代码 行政区划 镇街代码 territory territory_code",
    Field.TOWN: "镇街 街道 镇 所属街道 所属镇街 所属镇 街道办 街道办事处 街镇 乡镇 镇办 所属街道办 town",
    Field.COMMUNITY: "所属社区 社区 社区名称 村社区 社区村 居委会 community",
    Field.ADDRESS: "详细地址 地址 小区地址 坐落 坐落位置 位置 门牌地址 地点 address",
    Field.YEAR_BUILT: "建成年份 建成年代 建成时间 建成年 建筑年代 建造年代 竣工年份 竣工时间 年代 year_built",
    Field.AREA: "总建筑面积 建筑面积 建筑总面积 面积 area",
    Field.BUILDINGS: "楼栋数 栋数 楼数 幢数 楼幢数 楼栋总数 楼栋 buildings",
    Field.HOUSEHOLDS: "总户数 户数 住户数 居民户数 房屋总数 households",
    Field.THREE_NO: "是否三无小区 是否三无 三无小区 三无 three_no",
    Field.FEE: "物业费标准 物业收费标准 收费标准 物业费 物业服务费 fee",
    Field.OPERATOR: "物业公司 物业企业 物业服务企业 物业公司名称 管理单位 服务单位 物业 operator company",
}
HEADER_WITHIN: Final = 10
SAMPLE: Final = 200
_IN_BRACKETS: Final = re.compile(r"[(\[].*?[)\]]")
_NOT_IN_HEADERS: Final = re.compile(r"[\s:*、/.]")
_TEN_THOUSANDS: Final = "万"


def detect_layout(lines: Sequence[Line]) -> Layout | None:
    """Return the layout of a list, or None where no column holds names."""
    for number, cells in lines[:HEADER_WITHIN]:
        layout = _by_header(number, cells)
        if layout is not None:
            return layout
    return _by_shape([cells for _, cells in lines[:SAMPLE]])


def _by_header(number: int, cells: Sequence[str]) -> Layout | None:
    """Read a line as a header: it names the names, and something else where there is something else."""
    words = [_header_word(cell) for cell in cells]
    found = {field: _first(words, names.split()) for field, names in _NAMES.items()}
    places = {position: field for field, position in found.items() if position is not None}
    filled = sum(1 for word in words if word)
    if found[Field.NAME] is None or len(places) < min(2, filled):
        return None
    columns = tuple(
        Column(
            position=position,
            header=cell,
            field=places.get(position),
            found_by=FoundBy.HEADER,
            scale=_TEN_THOUSANDS if _TEN_THOUSANDS in cell else "",
        )
        for position, cell in enumerate(cells)
    )
    return Layout(columns=columns, header_line=number)


def _header_word(cell: str) -> str:
    return _NOT_IN_HEADERS.sub("", _IN_BRACKETS.sub("", fold(cell))).lower()


def _first(words: Sequence[str], names: Sequence[str]) -> int | None:
    return next((words.index(name) for name in names if name in words), None)


def _by_shape(sample: Sequence[Sequence[str]]) -> Layout | None:
    width = max((len(cells) for cells in sample), default=0)
    values = [[fold(cells[place]) for cells in sample if place < len(cells)] for place in range(width)]
    filled = [[value for value in column if value] for column in values]
    taken: dict[int, Field] = {}
    for field, looks_like in _SHAPES.items():
        place = next(
            (
                place
                for place, column in enumerate(filled)
                if place not in taken and column and looks_like(column)
            ),
            None,
        )
        if place is not None:
            taken[place] = field
    if Field.NAME not in taken.values():
        return None
    columns = (
        Column(position=place, header="", field=taken.get(place), found_by=FoundBy.SHAPE)
        for place in range(width)
    )
    return Layout(columns=tuple(columns))


def _mostly(pattern: str, share_percent: int = 60) -> Callable[[Sequence[str]], bool]:
    compiled = re.compile(pattern)

    def test(column: Sequence[str]) -> bool:
        fitting = sum(1 for value in column if compiled.search(value))
        return fitting * 100 >= share_percent * len(column)

    return test


def _tells_apart(column: Sequence[str]) -> bool:
    return len(set(column)) * 10 >= 9 * len(column)


_looks_like_id: Final = _mostly(r"\A[0-9A-Za-z_-]{6,40}\Z", 95)
_looks_like_name: Final = _mostly(r"\A(?!.*://)(?=.*[^\W\d_]).{2,60}\Z", 95)
# In the order of certainty: what bears a unit first, names last.
_SHAPES: Final[Mapping[Field, Callable[[Sequence[str]], bool]]] = {
    Field.FEE: _mostly(r"[0-9]\s*元.*平"),
    Field.YEAR_BUILT: _mostly(r"\A(?:19|20)[0-9]{2}(?:年|\Z)"),
    Field.BUILDINGS: _mostly(r"\A[0-9]+\s*[栋幢]"),
    Field.HOUSEHOLDS: _mostly(r"\A[0-9]+\s*户"),
    Field.AREA: _mostly(r"[0-9]\s*(?:万?平方米|万?平米|m2)"),
    Field.OPERATOR: _mostly(r"物业|代管|自管", 50),
    Field.EXTERNAL_ID: lambda column: _looks_like_id(column) and _tells_apart(column),
    Field.NAME: lambda column: _looks_like_name(column) and _tells_apart(column),
    Field.ADDRESS: _mostly(r"[路街巷道村].*[0-9]|[0-9]\s*号(?!线)|交叉口"),
}
