"""The formula of 3.2, its vectors of 7A, each boundary, and what holds of any items at all."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit_rating.schemes.domain import Grade, Kind, Severity
from credit_rating.schemes.shipped import read_scheme
from credit_rating.scores.domain import Item, Node, Score, next_change, score, stand

SEVERITIES: list[Severity] = ["minor", "general", "grave"]
TODAY = date(2026, 3, 2)
SCHEME = read_scheme("nz-default-1")
KINDS: dict[str, Kind] = {"B": "base", "G": "good", "D": "bad", "X": "blacklist"}
GRADES: list[Grade] = ["AAA", "AA", "A", "B", "C"]


def an_item(
    code: str, points_tenths: int, *, number: int = 0, since: date = TODAY, until: date = date(2027, 3, 2)
) -> Item:
    kind = KINDS[code[0]]
    return Item(
        id=UUID(int=number),
        code=code,
        kind=kind,
        severity="general" if kind == "bad" else None,
        counted_tenths=points_tenths,
        year_cap_tenths=None,
        valid_from=since,
        valid_to=until,
        name_zh="项目",
        name_en="item",
        source="test",
    )


def a_grave_one(points_tenths: int, *, since: date) -> Item:
    return replace(an_item("D04", points_tenths, since=since, until=date(2030, 1, 1)), severity="grave")


def graded(*items: Item) -> tuple[int, Grade]:
    scored = score(items, SCHEME, TODAY)
    return scored.total_tenths, scored.grade


def test_the_vector_of_the_domain_gives_82_and_a_half_and_double_a() -> None:
    scored = score([an_item("B01", 800), an_item("G01", 120), an_item("D05", 95)], SCHEME, TODAY)

    assert (scored.base_tenths, scored.good_tenths, scored.bad_tenths) == (800, 120, 95)
    assert (scored.total_tenths, scored.grade) == (825, "AA")


@pytest.mark.parametrize(
    ("base", "good", "grade"),
    [
        (800, 50, "AAA"),
        (800, 49, "AA"),
        (800, 0, "AA"),
        (799, 0, "A"),
        (700, 0, "A"),
        (699, 0, "B"),
        (600, 0, "B"),
        (599, 0, "B"),
        (0, 0, "B"),
    ],
)
def test_each_cut_is_reached_exactly_on_its_number(base: int, good: int, grade: Grade) -> None:
    assert graded(an_item("B01", base), an_item("G01", good))[1] == grade


@pytest.mark.parametrize(("bad", "grade"), [(200, "B"), (201, "C"), (205, "C"), (2000, "C")])
def test_below_sixty_a_bad_item_makes_the_lowest_grade(bad: int, grade: Grade) -> None:
    assert graded(an_item("B01", 800), an_item("D05", bad))[1] == grade


def test_the_score_never_falls_below_zero() -> None:
    scored = score([an_item("B01", 80), an_item("D06", 200)], SCHEME, TODAY)

    assert (scored.total_tenths, scored.tree.points_tenths) == (0, -120)


def test_the_base_is_capped_and_an_item_verified_twice_counts_once() -> None:
    again = an_item("B01", 500, number=1, since=date(2025, 12, 1))
    scored = score([an_item("B01", 500), again, an_item("B02", 400, number=2)], SCHEME, TODAY)

    assert scored.base_tenths == 800
    assert [leaf.points_tenths for leaf in scored.tree.leaves()] == [500, 400, -100, 0, 0]


def test_good_items_are_capped_at_forty_points_in_all() -> None:
    items = [an_item(f"G{n:02d}", 90, number=n) for n in range(1, 6)]

    assert score(items, SCHEME, TODAY).good_tenths == 400


def test_a_good_item_gives_no_more_in_a_calendar_year_than_its_cap() -> None:
    def commended(number: int, since: date) -> Item:
        return replace(an_item("G04", 20, number=number, since=since), year_cap_tenths=30)

    items = [commended(1, TODAY), commended(2, TODAY), commended(3, date(2025, 12, 31))]

    assert score(items, SCHEME, TODAY).good_tenths == 30 + 20


def test_bad_items_are_not_capped() -> None:
    items = [an_item("D05", 300, number=n) for n in range(5)]

    assert score(items, SCHEME, TODAY).bad_tenths == 1500


def test_an_item_counts_from_its_first_day_to_the_day_before_its_end() -> None:
    item = an_item("D05", 60, since=date(2026, 3, 2), until=date(2027, 3, 2))

    counted = [
        score([item], SCHEME, day).bad_tenths
        for day in (date(2026, 3, 1), date(2026, 3, 2), date(2027, 3, 1), date(2027, 3, 2))
    ]

    assert counted == [0, 60, 60, 0]


@pytest.mark.parametrize(("weight", "grade"), [(95, "AAA"), (100, "AA")])
def test_one_bad_item_of_ten_points_bars_the_top_grade(weight: int, grade: Grade) -> None:
    scored = score([an_item("B01", 800), an_item("G01", 150), an_item("D05", weight)], SCHEME, TODAY)

    assert (scored.total_tenths, scored.grade) == (950 - weight, grade)
    assert len(scored.reasons) == (grade != "AAA")


@pytest.mark.parametrize(
    ("since", "grade"), [(date(2025, 3, 3), "AA"), (date(2025, 3, 2), "AAA"), (TODAY, "AA")]
)
def test_a_grave_item_bars_the_top_grade_for_twelve_months(since: date, grade: Grade) -> None:
    assert graded(an_item("B01", 800), an_item("G01", 150), a_grave_one(80, since=since)) == (870, grade)


def test_a_grave_item_that_expired_early_still_bars_the_top_grade() -> None:
    expired = replace(a_grave_one(80, since=date(2025, 12, 1)), valid_to=date(2026, 2, 1))

    assert graded(an_item("B01", 800), an_item("G01", 150), expired) == (950, "AA")


def test_a_trigger_in_force_makes_the_company_black_whatever_its_points() -> None:
    trigger = an_item("X01", 0)
    items = (an_item("B01", 800), an_item("G01", 400))

    assert graded(*items, trigger) == (1200, "BLACK")
    assert graded(*items, replace(trigger, valid_to=TODAY, valid_from=date(2025, 1, 1))) == (1200, "AAA")


@pytest.mark.parametrize(
    ("rated_from", "grade", "rated"),
    [(None, "B", False), (TODAY + timedelta(days=1), "B", False), (TODAY, "AAA", True)],
)
def test_before_the_first_score_a_company_is_b_and_unrated(
    rated_from: date | None, grade: Grade, *, rated: bool
) -> None:
    scored = score([an_item("B01", 800), an_item("G01", 80)], SCHEME, TODAY)

    standing = stand(scored, rated_from=rated_from, on=TODAY)

    assert (standing.total_tenths, standing.grade, standing.rated) == (880, grade, rated)


def test_the_blacklist_does_not_wait_for_a_first_score() -> None:
    standing = stand(score([an_item("X01", 0)], SCHEME, TODAY), rated_from=None, on=TODAY)

    assert (standing.grade, standing.rated) == ("BLACK", False)


def test_the_next_change_is_the_first_day_that_time_alone_brings() -> None:
    items = [an_item("D05", 60, until=date(2026, 9, 2)), a_grave_one(80, since=date(2025, 6, 1))]

    assert next_change(items, SCHEME, rated_from=None, on=TODAY) == date(2026, 6, 1)
    assert next_change(items, SCHEME, rated_from=date(2026, 4, 1), on=TODAY) == date(2026, 4, 1)
    assert next_change(items, SCHEME, rated_from=None, on=date(2026, 6, 1)) == date(2026, 9, 2)
    assert next_change([], SCHEME, rated_from=None, on=TODAY) is None


CODES: dict[Kind, list[str]] = {
    "base": ["B01", "B02", "B03"],
    "good": ["G01", "G02", "G03"],
    "bad": ["D01", "D02", "D03"],
    "blacklist": ["X01"],
}
days = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def credit_items(draw: st.DrawFn, kinds: tuple[Kind, ...] = ("base", "good", "bad", "blacklist")) -> Item:
    kind = draw(st.sampled_from(kinds))
    since = draw(days)
    item = an_item(
        draw(st.sampled_from(CODES[kind])),
        draw(st.integers(0, 300)) if kind != "blacklist" else 0,
        number=draw(st.integers(0, 2**64)),
        since=since,
        until=since + timedelta(days=draw(st.integers(1, 1000))),
    )
    severity = draw(st.sampled_from(SEVERITIES)) if kind == "bad" else None
    cap = draw(st.none() | st.integers(0, 400)) if kind == "good" else None
    return replace(item, severity=severity, year_cap_tenths=cap)


files = st.lists(credit_items(), max_size=25, unique_by=lambda item: item.id)


@given(files, days)
def test_every_line_of_the_explanation_is_the_sum_of_those_below(items: list[Item], on: date) -> None:
    scored = score(items, SCHEME, on)

    def adds_up(node: Node) -> bool:
        below = sum(child.points_tenths for child in node.children)
        return (not node.children or node.points_tenths == below) and all(map(adds_up, node.children))

    assert adds_up(scored.tree)
    assert scored.total_tenths == max(0, sum(leaf.points_tenths for leaf in scored.tree.leaves()))
    assert scored.total_tenths == max(0, scored.base_tenths + scored.good_tenths - scored.bad_tenths)


@given(files, days)
def test_the_score_stays_between_zero_and_both_caps(items: list[Item], on: date) -> None:
    scored = score(items, SCHEME, on)

    assert 0 <= scored.total_tenths <= 1200
    assert scored.base_tenths <= 800
    assert scored.good_tenths <= 400


@given(files, days, st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(items: list[Item], on: date, chance: Random) -> None:
    shuffled = list(items)
    chance.shuffle(shuffled)

    assert score(shuffled, SCHEME, on) == score(items, SCHEME, on)


def rank(scored: Score) -> int:
    return [*GRADES, "BLACK"].index(scored.grade)


@given(files, credit_items(kinds=("bad",)), days)
def test_another_bad_item_never_raises_score_or_grade(items: list[Item], bad: Item, on: date) -> None:
    before, after = score(items, SCHEME, on), score([*items, bad], SCHEME, on)

    assert after.total_tenths <= before.total_tenths
    assert rank(after) >= rank(before)


@given(files, credit_items(kinds=("good",)), days)
def test_another_good_item_never_lowers_the_score_when_caps_agree(
    items: list[Item], good: Item, on: date
) -> None:
    same_caps = [replace(item, year_cap_tenths=None) for item in [*items, good]]

    assert score(same_caps, SCHEME, on).total_tenths >= score(same_caps[:-1], SCHEME, on).total_tenths


@given(files, days, st.none() | days)
def test_nothing_changes_before_the_next_change(items: list[Item], on: date, rated_from: date | None) -> None:
    change = next_change(items, SCHEME, rated_from=rated_from, on=on)
    last_same_day = (change or on + timedelta(days=4000)) - timedelta(days=1)

    def standing(day: date) -> tuple[int, Grade, bool]:
        scored = stand(score(items, SCHEME, day), rated_from=rated_from, on=day)
        return scored.total_tenths, scored.grade, scored.rated

    assert standing(last_same_day) == standing(on)
