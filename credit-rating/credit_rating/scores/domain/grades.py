"""From points to a grade, and why it is not what the points alone say (domain, 3.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credit_rating.schemes.domain import Grade, Scheme
from credit_rating.scores.domain.given import Item
from shared.kernel import add_months

__all__ = ["BLACK", "ENTRANT", "Reason", "grade_of"]

TOP: Final[Grade] = "AAA"
BLACK: Final[Grade] = "BLACK"
# Where a company stands that has no score yet (CR-07), and one below every cut without a bad item.
ENTRANT: Final[Grade] = "B"
LOWEST: Final[Grade] = "C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the grade is not what the points alone say."""

    zh: str
    en: str


def grade_of(
    total_tenths: int, *, items: Sequence[Item], scheme: Scheme, on: date
) -> tuple[Grade, tuple[Reason, ...]]:
    """Return the grade of a rated company, and the reasons where something beside the points decided it."""
    active = [item for item in items if item.counts(on)]
    triggers = tuple(_trigger(item) for item in active if item.kind == "blacklist")
    if triggers:
        return BLACK, triggers
    reached = [cut.grade for cut in scheme.cuts if total_tenths >= cut.at_least_tenths]
    if TOP not in reached:
        return next(iter(reached), _below_every_cut(active)), ()
    bars = tuple(_bars_to_the_top(items, scheme=scheme, on=on))
    open_grades = [grade for grade in reached if grade != TOP or not bars]
    return next(iter(open_grades), _below_every_cut(active)), bars


def _below_every_cut(active: Sequence[Item]) -> Grade:
    blamed = any(item.kind == "bad" and item.counted_tenths > 0 for item in active)
    return LOWEST if blamed else ENTRANT


def _trigger(item: Item) -> Reason:
    return Reason(
        zh=f"严重失信：{item.code} {item.name_zh}", en=f"on the blacklist: {item.code} {item.name_en}"
    )


def _bars_to_the_top(items: Sequence[Item], *, scheme: Scheme, on: date) -> Iterator[Reason]:
    """Yield what keeps a company from AAA: a bad item too heavy, or a grave one not long enough ago."""
    for item in items:
        if item.kind != "bad" or item.valid_from > on:
            continue
        if item.counts(on) and item.counted_tenths >= scheme.aaa_single_bad_below_tenths:
            yield Reason(
                zh=f"单项扣分过重（{item.code}），不评 {TOP}",
                en=f"{item.code} alone is too heavy for {TOP}",
            )
        until = add_months(item.valid_from, scheme.aaa_grave_free_months)
        if item.severity == "grave" and on < until:
            yield Reason(
                zh=f"有严重不良信息（{item.code}），{until} 前不评 {TOP}",
                en=f"the grave item {item.code} bars {TOP} until {until}",
            )
