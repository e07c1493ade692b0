from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_registry.timelines.domain import Spell, StartsBeforeService, Timeline
from shared.kernel import Period

FIRST = date(2025, 1, 1)
Act = tuple[int, int | None, str]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def line(*spells: tuple[int, int | None, str]) -> Timeline[str]:
    return Timeline(
        tuple(
            Spell(
                id=UUID(int=number), period=Period(day(start), None if end is None else day(end)), value=value
            )
            for number, (start, end, value) in enumerate(spells, start=1)
        )
    )


def shown(timeline: Timeline[str]) -> list[tuple[int, int | None, str]]:
    return [
        (
            (spell.period.start - FIRST).days,
            None if spell.period.end is None else (spell.period.end - FIRST).days,
            spell.value,
        )
        for spell in timeline.spells
    ]


def put(
    timeline: Timeline[str], start: int, end: int | None, value: str, *, number: int = 90
) -> Timeline[str]:
    period = Period(day(start), None if end is None else day(end))
    return timeline.put(Spell(id=UUID(int=number), period=period, value=value), rest_id=UUID(int=number + 1))


acts = st.builds(
    lambda start, length, value: (start, None if length is None else start + length, value),
    st.integers(0, 60),
    st.none() | st.integers(1, 30),
    st.sampled_from("abc"),
)


@given(st.lists(acts, max_size=8))
def test_whatever_is_put_in_a_timeline_has_no_overlap_no_gap_and_no_end(sequence: list[Act]) -> None:
    timeline = line((0, None, "custody"))

    for number, (start, end, value) in enumerate(sequence):
        timeline = put(timeline, start, end, value, number=100 + 2 * number)

    periods = [spell.period for spell in timeline.spells]
    assert periods[0].start == FIRST
    assert periods[-1].end is None
    assert all(one.end == other.start for one, other in pairwise(periods))
    assert len({spell.id for spell in timeline.spells}) == len(timeline.spells)


@given(st.lists(acts, min_size=1, max_size=8))
def test_each_day_belongs_to_the_last_act_that_claimed_it(sequence: list[Act]) -> None:
    timeline = line((0, None, "custody"))
    for number, (start, end, value) in enumerate(sequence):
        timeline = put(timeline, start, end, value, number=100 + 2 * number)

    for number in range(100):
        claims = [
            value for start, end, value in sequence if start <= number and (end is None or number < end)
        ]
        assert timeline.at(day(number)).value == (claims[-1] if claims else "custody")


@given(st.lists(acts, max_size=6), acts)
def test_the_changes_make_one_timeline_into_the_other(sequence: list[Act], last: Act) -> None:
    before = line((0, None, "custody"))
    for number, (start, end, value) in enumerate(sequence):
        before = put(before, start, end, value, number=100 + 2 * number)
    after = put(before, *last, number=500)

    changes = before.changes_to(after)

    rows = {spell.id: spell for spell in before.spells}
    for spell in changes.removed:
        del rows[spell.id]
    rows |= {spell.id: spell for spell in (*changes.moved, *changes.added)}
    assert sorted(rows.values(), key=lambda spell: spell.period.start) == list(after.spells)


def test_an_open_spell_closes_the_running_one_and_sweeps_away_what_was_planned() -> None:
    timeline = put(line((0, 10, "a"), (10, 20, "b"), (20, None, "c")), 5, None, "new")

    assert shown(timeline) == [(0, 5, "a"), (5, None, "new")]


def test_a_bounded_spell_inside_another_leaves_a_rest_with_a_new_id() -> None:
    before = line((0, None, "custody"))

    after = put(before, 10, 20, "company")

    assert shown(after) == [(0, 10, "custody"), (10, 20, "company"), (20, None, "custody")]
    assert [spell.id for spell in after.spells] == [UUID(int=1), UUID(int=90), UUID(int=91)]
    assert [(spell.id, at) for spell, at in before.changes_to(after).ended] == [(UUID(int=1), day(10))]


def test_a_spell_over_the_seam_of_two_keeps_both_their_ids() -> None:
    after = put(line((0, 10, "a"), (10, None, "b")), 5, 15, "new")

    assert shown(after) == [(0, 5, "a"), (5, 15, "new"), (15, None, "b")]
    assert [spell.id for spell in after.spells] == [UUID(int=1), UUID(int=90), UUID(int=2)]


def test_nothing_is_put_before_the_first_day() -> None:
    with pytest.raises(StartsBeforeService):
        put(line((0, None, "custody")), -1, None, "company")


def test_the_first_spell_can_reach_back() -> None:
    assert shown(line((0, 5, "a"), (5, None, "b")).starting(day(-30))) == [(-30, 5, "a"), (5, None, "b")]


@pytest.mark.parametrize(
    "spells",
    [
        [],
        [(0, 5, "a")],
        [(0, 5, "a"), (6, None, "b")],
        [(0, 5, "a"), (4, None, "b")],
        [(5, None, "b"), (0, 5, "a")],
    ],
)
def test_a_gap_an_overlap_an_end_and_disorder_are_no_timeline(spells: list[Act]) -> None:
    with pytest.raises(ValueError, match="no gap"):
        line(*spells)


def test_the_next_turn_is_the_first_day_of_another_spell() -> None:
    timeline = line((0, 10, "a"), (10, None, "b"))

    assert timeline.next_turn(day(3)) == day(10)
    assert timeline.next_turn(day(10)) is None
