"""A scheme: every item that counts and every number that makes a grade, and what makes a scheme sound.

Points are tenths. A scheme never changes once it is loaded; another way of scoring is another version
(domain, 3.1 "scheme is data").
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from shared.kernel import Conflict, NotFound

__all__ = [
    "Cause",
    "Cut",
    "Fault",
    "Grade",
    "ItemNotInScheme",
    "Kind",
    "NoSchemeInForce",
    "Scheme",
    "SchemeInThePast",
    "SchemeItem",
    "SchemeNotFound",
    "SchemeUnsound",
    "SchemeVersionExists",
    "Severity",
    "Value",
    "VariantNotInItem",
    "faults_of",
]

Kind = Literal["base", "good", "bad", "blacklist"]
Severity = Literal["minor", "general", "grave"]
Grade = Literal["AAA", "AA", "A", "B", "C", "BLACK"]
# Facts of other contexts that are a credit item by themselves.
Cause = Literal["complaint_liability", "resolution_item_overdue"]

ONCE_TENTHS: Final = 10


class SchemeNotFound(NotFound):
    """No scheme has this version."""

    zh = "没有版本为“{version}”的信用评价方案，可用版本请查询 /schemes。"
    en = "There is no credit scheme of version '{version}'. See /schemes for those there are."


class NoSchemeInForce(Conflict):
    """No scheme is in force yet on a day."""

    zh = "{on} 没有生效的信用评价方案，请先加载方案。"
    en = "No credit scheme is in force on {on}. Load one first."


class ItemNotInScheme(NotFound):
    """The scheme in force has no item of this code."""

    zh = "方案 {version} 中没有代码为“{code}”的信用项目，请核对代码。"
    en = "Scheme {version} has no item '{code}'. Check the code."


class VariantNotInItem(NotFound):
    """The item has several values, and this is none of them."""

    zh = "信用项目 {code} 没有分档“{variant}”，可选：{variants}。"
    en = "Item {code} has no variant '{variant}'. Choose one of: {variants}."


class SchemeVersionExists(Conflict):
    """A version is loaded once and never changed."""

    zh = "方案版本“{version}”已加载且不可修改，请使用新的版本号。"
    en = "Scheme version '{version}' is loaded already and never changes. Choose another version."


class SchemeInThePast(Conflict):
    """A scheme would be in force on days that were scored by another."""

    zh = "方案生效日 {in_force_from} 早于今天，已评定的结果不能追溯，请改为今天或之后。"
    en = "The scheme would be in force from {in_force_from}, before today. Choose today or later."


class SchemeUnsound(Conflict):
    """The parts of the scheme contradict each other; the sentence names every contradiction."""

    zh = "方案存在以下问题，请修正后重新加载：{faults_zh}。"
    en = "The scheme contradicts itself. Correct this and load it again: {faults_en}."


class Cut(NamedTuple):
    """From how many points on a grade is reached."""

    grade: Grade
    at_least_tenths: int


class Fault(NamedTuple):
    """One contradiction in a scheme."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an item is worth; `variant` is empty where it has one value only."""

    variant: str = ""
    name_zh: str = ""
    name_en: str = ""
    points_tenths: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeItem:
    """One item. `recorders` are kinds of units, `leads_to` the blacklist trigger it makes one think of.

    An item with a `cause` is recorded by the fact of that name, without a person.
    """

    code: str
    kind: Kind
    severity: Severity | None
    values: tuple[Value, ...]
    validity_months: int
    year_cap_tenths: int | None
    recorders: tuple[str, ...]
    name_zh: str
    name_en: str
    evidence: str
    basis: str
    leads_to: str
    cause: Cause | None
    source: str
    tag: str

    def value_of(self, variant: str) -> Value:
        """Return the value of a variant; raise VariantNotInItem."""
        for value in self.values:
            if value.variant == variant:
                return value
        variants = ", ".join(value.variant or "-" for value in self.values)
        raise VariantNotInItem(code=self.code, variant=variant, variants=variants)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A version of the scheme, whole. `cuts` stand highest first; `records_all` is a kind of unit (CR-04)."""

    version: str
    name_zh: str
    name_en: str
    in_force_from: date
    cycle: str
    base_cap_tenths: int
    good_cap_tenths: int
    cuts: tuple[Cut, ...]
    aaa_single_bad_below_tenths: int
    aaa_grave_free_months: int
    repeat_window_months: int
    repeat_factors_tenths: tuple[int, ...]
    repeat_round_to_tenths: int
    first_score_days: int
    records_all: str
    items: tuple[SchemeItem, ...]

    def item(self, code: str) -> SchemeItem:
        """Return the item of a code; raise ItemNotInScheme."""
        for item in self.items:
            if item.code == code:
                return item
        raise ItemNotInScheme(version=self.version, code=code)

    def item_caused_by(self, cause: Cause) -> SchemeItem | None:
        """Return the item that a fact of another context records, if the scheme has one."""
        return next((item for item in self.items if item.cause == cause), None)


def faults_of(scheme: Scheme) -> list[Fault]:
    """Return everything in which a scheme contradicts itself; empty when it is sound."""
    return [*_faults_of_numbers(scheme), *_faults_of_codes(scheme), *_faults_of_items(scheme)]


def _faults_of_numbers(scheme: Scheme) -> Iterator[Fault]:
    base = sum(value.points_tenths for item in scheme.items if item.kind == "base" for value in item.values)
    if base != scheme.base_cap_tenths:
        yield Fault(
            f"基础项合计 {base} 与基础分上限 {scheme.base_cap_tenths} 不符（单位 0.1 分）",
            f"base items add up to {base}, the base cap is {scheme.base_cap_tenths} (tenths)",
        )
    if any(higher.at_least_tenths <= lower.at_least_tenths for higher, lower in pairwise(scheme.cuts)):
        yield Fault("等级分数线应由高到低排列", "the cuts of the grades must descend")
    factors = scheme.repeat_factors_tenths
    if factors[:1] != (ONCE_TENTHS,) or list(factors) != sorted(factors):
        yield Fault("重复倍数应从 1 倍起且不递减", "the repeat factors must start at 1 and never fall")


def _faults_of_codes(scheme: Scheme) -> Iterator[Fault]:
    for code in _repeated(item.code for item in scheme.items):
        yield Fault(f"项目代码 {code} 重复", f"the code {code} appears twice")
    for grade in _repeated(cut.grade for cut in scheme.cuts):
        yield Fault(f"等级 {grade} 重复", f"the grade {grade} appears twice")
    for cause in _repeated(item.cause for item in scheme.items if item.cause is not None):
        yield Fault(f"事由 {cause} 对应多个项目", f"the cause {cause} belongs to two items")


def _faults_of_items(scheme: Scheme) -> Iterator[Fault]:
    for item in scheme.items:
        if _repeated(value.variant for value in item.values) or not item.values:
            yield Fault(f"{item.code} 的分档缺失或重复", f"{item.code} has no value or a variant twice")
        if (item.kind == "bad") != (item.severity is not None):
            yield Fault(f"{item.code} 的严重程度只能用于不良项", f"{item.code}: only bad items have a class")
        if item.cause is not None and (item.kind != "bad" or len(item.values) != 1):
            yield Fault(f"{item.code} 不能由事由自动记录", f"{item.code} cannot be recorded by a cause")


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
