"""`max(0, base + good - bad)`, explained line by line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from credit_rating.schemes.domain import Grade, Scheme
from credit_rating.scores.domain.given import Item
from credit_rating.scores.domain.grades import BLACK, ENTRANT, Reason, grade_of
from credit_rating.scores.domain.tree import Node, add_up, capped
from shared.kernel import add_months

__all__ = ["Score", "next_change", "score", "stand"]

_FORMULA = "3.2"
_UNRATED = Reason(
    zh="尚无在管项目满首次评分期限，暂列 B 级（未评级）（CR-07）",
    en="no project has been live long enough for a first score: B, unrated (CR-07)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Score and grade on a day. `tree` adds up to the score before the floor at zero."""

    total_tenths: int
    base_tenths: int
    good_tenths: int
    bad_tenths: int
    grade: Grade
    rated: bool
    reasons: tuple[Reason, ...]
    tree: Node


def score(items: Iterable[Item], scheme: Scheme, on: date) -> Score:
    """Return the score of a day and its grade, as of a company that is rated.

    The items took effect and are not reversed. One that does not count on the day gives no points; a grave
    one may still keep the company from AAA.
    """
    known = sorted(items, key=lambda item: (item.code, item.valid_from, item.id))
    active = [item for item in known if item.counts(on)]
    base, good, bad = _base(active, scheme), _good(active, scheme), _bad(active)
    tree = add_up("score", zh="信用得分", en="credit score", source=_FORMULA, parts=(base, good, bad))
    total = max(0, tree.points_tenths)
    grade, reasons = grade_of(total, items=known, scheme=scheme, on=on)
    return Score(
        total_tenths=total,
        base_tenths=base.points_tenths,
        good_tenths=good.points_tenths,
        bad_tenths=-bad.points_tenths,
        grade=grade,
        rated=True,
        reasons=reasons,
        tree=tree,
    )


def stand(scored: Score, *, rated_from: date | None, on: date) -> Score:
    """Return where a company stands: before its first score is due B and unrated (CR-07), then its score.

    `rated_from` is the first day on which a project has been live long enough. The blacklist does not wait.
    """
    if rated_from is not None and rated_from <= on:
        return scored
    if scored.grade == BLACK:
        return replace(scored, rated=False)
    return replace(scored, grade=ENTRANT, rated=False, reasons=(_UNRATED,))


def next_change(items: Iterable[Item], scheme: Scheme, *, rated_from: date | None, on: date) -> date | None:
    """Return the first day after `on` on which time alone may change the standing, if any is known."""
    days: set[date] = set() if rated_from is None else {rated_from}
    for item in items:
        days |= {item.valid_from, item.valid_to}
        if item.severity == "grave":
            days.add(add_months(item.valid_from, scheme.aaa_grave_free_months))
    return min((day for day in days if day > on), default=None)


def _base(active: Sequence[Item], scheme: Scheme) -> Node:
    """Add up the base items: each is true or not, and verified twice it still counts once."""
    latest = {item.code: item for item in active if item.kind == "base"}
    leaves = [_leaf(item, item.counted_tenths) for item in latest.values()]
    parts = capped(leaves, cap_tenths=scheme.base_cap_tenths, code="base.cap", source=_FORMULA)
    return add_up("base", zh="基础信息", en="base items", source=_FORMULA, parts=parts)


def _good(active: Sequence[Item], scheme: Scheme) -> Node:
    good = [item for item in active if item.kind == "good"]
    by_year = groupby(good, key=lambda item: (item.code, item.valid_from.year))
    groups = [_good_of_a_year(f"{code}.{year}", list(items)) for (code, year), items in by_year]
    parts = capped(groups, cap_tenths=scheme.good_cap_tenths, code="good.cap", source=_FORMULA)
    return add_up("good", zh="良好信息", en="good items", source=_FORMULA, parts=parts)


def _good_of_a_year(code: str, items: Sequence[Item]) -> Node:
    """Add up what one code gave in one calendar year, no more than its cap."""
    newest = items[-1]
    leaves = [_leaf(item, item.counted_tenths) for item in items]
    caps = [item.year_cap_tenths for item in items if item.year_cap_tenths is not None]
    cap = max(caps, default=sum(leaf.points_tenths for leaf in leaves))
    parts = capped(leaves, cap_tenths=cap, code=f"{code}.cap", source=newest.source)
    return add_up(code, zh=newest.name_zh, en=newest.name_en, source=newest.source, parts=parts)


def _bad(active: Sequence[Item]) -> Node:
    leaves = [_leaf(item, -item.counted_tenths) for item in active if item.kind == "bad"]
    return add_up("bad", zh="不良信息", en="bad items", source=_FORMULA, parts=leaves)


def _leaf(item: Item, points_tenths: int) -> Node:
    return Node(
        code=item.code,
        zh=item.name_zh,
        en=item.name_en,
        points_tenths=points_tenths,
        source=item.source,
        item_id=item.id,
    )
