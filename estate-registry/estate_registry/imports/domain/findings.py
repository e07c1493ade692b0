"""What was found in a row: one line of the report each, in words a clerk can act on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["Action", "Finding", "FindingKind", "told"]


class Action(StrEnum):
    """What was done with a value, or with the whole row where it is refused."""

    REPAIRED = "repaired"
    LEFT_OUT = "left_out"
    NOTED = "noted"
    REFUSED = "refused"


class FindingKind(StrEnum):
    """What there was to find."""

    REFORMATTED = "reformatted"
    UNIT_REMOVED = "unit_removed"
    APPROXIMATE = "approximate"
    RANGE_LOWER = "range_lower"
    CHINESE_NUMERAL = "chinese_numeral"
    TWO_DIGIT_YEAR = "two_digit_year"
    ROUNDED = "rounded"
    CHARACTERS_REMOVED = "characters_removed"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    IMPLAUSIBLE = "implausible"
    PLACE_UNKNOWN = "place_unknown"
    TYPE_DOUBTFUL = "type_doubtful"
    SAME_NAME = "same_name"
    ALREADY_REGISTERED = "already_registered"
    UPDATED = "updated"
    CELLS_IGNORED = "cells_ignored"
    TYPE_REFUSED = "type_refused"
    NO_NAME = "no_name"
    TOO_LONG = "too_long"
    TOTAL_ROW = "total_row"
    NO_TOWN = "no_town"
    OUTSIDE_TERRITORY = "outside_territory"
    REPEATED_ID = "repeated_id"
    REPEATED_PLACE = "repeated_place"
    KNOWN_ELSEWHERE = "known_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found: in which field, what stood there, and what came of it."""

    kind: FindingKind
    field: str
    value: str
    result: str = ""

    @property
    def action(self) -> Action:
        """Return what was done."""
        return _TEXTS[self.kind].action


@dataclass(frozen=True, slots=True)
class _Text:
    """What was done and what to do, in both languages; `{result}` is the finding's."""

    action: Action
    zh: tuple[str, str]
    en: tuple[str, str]


_NOTHING_ZH: Final = "无需处理"
_NOTHING_EN: Final = "nothing to do"
_TEXTS: Final[Mapping[FindingKind, _Text]] = {
    FindingKind.REFORMATTED: _Text(
        Action.REPAIRED, ("规范写法，读作 {result}", _NOTHING_ZH), ("written plainly: {result}", _NOTHING_EN)
    ),
    FindingKind.UNIT_REMOVED: _Text(
        Action.REPAIRED,
        ("去掉单位，读作 {result}", "无需处理；以后可只填数字"),
        ("unit taken off: {result}", "nothing; next time the number alone will do"),
    ),
    FindingKind.APPROXIMATE: _Text(
        Action.REPAIRED,
        ("约数，按 {result} 登记", "核实后填写准确数字"),
        ("an estimate, recorded as {result}", "find out the exact figure"),
    ),
    FindingKind.RANGE_LOWER: _Text(
        Action.REPAIRED,
        ("填写的是范围，按起点 {result} 登记", "核实后填写一个数"),
        ("a range, recorded as its lower end {result}", "find out the one figure"),
    ),
    FindingKind.CHINESE_NUMERAL: _Text(
        Action.REPAIRED, ("中文数字，读作 {result}", _NOTHING_ZH), ("Chinese numeral: {result}", _NOTHING_EN)
    ),
    FindingKind.TWO_DIGIT_YEAR: _Text(
        Action.REPAIRED,
        ("两位年份，读作 {result}", "核对年份"),
        ("a year of two digits, read as {result}", "check the year"),
    ),
    FindingKind.ROUNDED: _Text(
        Action.REPAIRED,
        ("四舍五入到两位小数：{result}", _NOTHING_ZH),
        ("rounded to two decimals: {result}", _NOTHING_EN),
    ),
    FindingKind.CHARACTERS_REMOVED: _Text(
        Action.REPAIRED,
        ("去掉不可见字符：{result}", _NOTHING_ZH),
        ("invisible characters taken out: {result}", _NOTHING_EN),
    ),
    FindingKind.MISSING: _Text(
        Action.NOTED,
        ("未填写，按不详登记", "补充后重新导入"),
        ("not given, recorded as not known", "find it out"),
    ),
    FindingKind.UNREADABLE: _Text(
        Action.LEFT_OUT,
        ("无法识别，按不详登记", "改为数字后重新导入"),
        ("cannot be read, recorded as not known", "write a number and import again"),
    ),
    FindingKind.IMPLAUSIBLE: _Text(
        Action.LEFT_OUT,
        ("超出合理范围（{result}），按不详登记", "核实后重新导入"),
        ("not plausible ({result}), recorded as not known", "check it and import again"),
    ),
    FindingKind.PLACE_UNKNOWN: _Text(
        Action.NOTED,
        ("区划中没有这个名称，登记在 {result}", "改为区划目录中的名称或代码"),
        ("no such place in the tree, registered in {result}", "use a name or code of the territory tree"),
    ),
    FindingKind.TYPE_DOUBTFUL: _Text(
        Action.NOTED,
        ("类型不能确定是否住宅小区，先予登记", "现场核实，不是小区的予以注销"),
        (
            "the type leaves open whether people live there; registered",
            "look on site; strike it if they do not",
        ),
    ),
    FindingKind.SAME_NAME: _Text(
        Action.NOTED,
        ("本镇（街道）另有同名小区 {result}，地址不同", "确认是否为同一小区"),
        ("another estate of that name in this town: {result}, other address", "make sure they are two"),
    ),
    FindingKind.ALREADY_REGISTERED: _Text(
        Action.NOTED,
        ("已登记为 {result}，未改动其内容", "如需更正，请修改该小区的档案"),
        ("registered already as {result}, left as it is", "to correct it, change that estate's profile"),
    ),
    FindingKind.UPDATED: _Text(
        Action.REPAIRED,
        ("内容与上次导入不同，已更新：{result}", "核对更新是否正确"),
        ("differs from the last import, updated: {result}", "check the update"),
    ),
    FindingKind.CELLS_IGNORED: _Text(
        Action.LEFT_OUT,
        ("比列数多出的内容未采用", "检查该行是否错位"),
        ("more cells than columns: the rest was left out", "check whether the row is shifted"),
    ),
    FindingKind.TYPE_REFUSED: _Text(
        Action.REFUSED,
        ("不是住宅小区（{result}），未登记", "如确为住宅小区，更正类型后重新导入"),
        (
            "not a residential estate ({result}), not registered",
            "if it is one, correct the type, import again",
        ),
    ),
    FindingKind.NO_NAME: _Text(
        Action.REFUSED,
        ("没有小区名称，未登记", "补充名称后重新导入"),
        ("no name, not registered", "add the name and import again"),
    ),
    FindingKind.TOO_LONG: _Text(
        Action.REFUSED,
        ("超过 {result} 个字，未登记", "缩短后重新导入"),
        ("longer than {result} characters, not registered", "shorten it and import again"),
    ),
    FindingKind.TOTAL_ROW: _Text(
        Action.REFUSED, ("合计行，不是小区", _NOTHING_ZH), ("a row of totals, not an estate", _NOTHING_EN)
    ),
    FindingKind.NO_TOWN: _Text(
        Action.REFUSED,
        ("不能确定所属镇（街道），未登记", "填写镇（街道），或导入时指定"),
        ("the town is not known, not registered", "name the town, or choose one for the import"),
    ),
    FindingKind.OUTSIDE_TERRITORY: _Text(
        Action.REFUSED,
        ("不在本次导入的辖区（{result}）内，未登记", "由属地导入"),
        ("outside the territory of this import ({result}), not registered", "have it imported there"),
    ),
    FindingKind.REPEATED_ID: _Text(
        Action.REFUSED,
        ("编号与第 {result} 行相同，未登记", "删除重复行，或改正编号后重新导入"),
        ("same number as line {result}, not registered", "delete one of them, or correct the number"),
    ),
    FindingKind.REPEATED_PLACE: _Text(
        Action.REFUSED,
        ("名称和地址与 {result} 相同，未登记", "确为两个小区的，在名称或地址中加以区分后重新导入"),
        (
            "same name and address as {result}, not registered",
            "if they are two, tell them apart, import again",
        ),
    ),
    FindingKind.KNOWN_ELSEWHERE: _Text(
        Action.REFUSED,
        ("该编号已登记在其他镇（街道）：{result}，未登记", "核对编号和所属镇（街道）"),
        ("this number is registered in another town: {result}", "check the number and the town"),
    ),
}


def told(finding: Finding, *, language: str) -> tuple[str, str]:
    """Return what was done and what to do about a finding, `zh` or `en`."""
    text = _TEXTS[finding.kind]
    done, to_do = text.zh if language == "zh" else text.en
    return done.format(result=finding.result), to_do
