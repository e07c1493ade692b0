from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispute_mediation.complaints.domain import Candidate, Likeness, likeness_of, master_among
from shared.kernel import new_id

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LEAST = Fraction("0.85")
TEXT = "三号楼二单元的生活垃圾已经四天没有人清运，夏天气味很大，请尽快安排保洁人员处理。"


def _earlier(
    *, leaf: str = "SRV-01", mark: str | None = "m", is_open: bool = True, days: int = 3
) -> Candidate:
    return Candidate(
        case_id=new_id(), leaf=leaf, mark=mark, open=is_open, received_at=MONDAY - timedelta(days=days)
    )


def test_texts_that_differ_in_punctuation_and_width_are_the_same() -> None:
    assert likeness_of("电梯坏了，3天没人修！", " 电梯坏了 ３天没人修").percent == 100


def test_a_long_text_with_a_word_changed_is_alike() -> None:
    assert likeness_of(TEXT, TEXT.replace("四天", "五天")).reaches(LEAST)


def test_texts_about_other_things_are_not_alike() -> None:
    assert not likeness_of(TEXT, "地下车库照明损坏，夜间行走不安全。").reaches(LEAST)


def test_two_texts_without_letters_are_not_alike() -> None:
    assert likeness_of("……", "！！") == Likeness(0, 0)
    assert not likeness_of("……", "！！").reaches(Fraction(0))


@pytest.mark.parametrize(("shared", "enough"), [(17, True), (16, False)])
def test_the_least_likeness_is_exact(shared: int, *, enough: bool) -> None:
    assert Likeness(shared, 20).reaches(LEAST) is enough


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways_and_never_over_all(one: str, other: str) -> None:
    likeness = likeness_of(one, other)

    assert likeness == likeness_of(other, one)
    assert 0 <= likeness.percent <= 100


def test_the_oldest_open_case_of_person_and_leaf_leads() -> None:
    older, newer = _earlier(days=9), _earlier(days=2)

    assert master_among([newer, older], leaf="SRV-01", mark="m", dangerous=False) == older


@pytest.mark.parametrize(
    "other",
    [_earlier(leaf="SRV-02"), _earlier(mark="another"), _earlier(mark=None), _earlier(is_open=False)],
)
def test_a_case_of_another_leaf_or_person_or_one_closed_does_not_lead(other: Candidate) -> None:
    assert master_among([other], leaf="SRV-01", mark="m", dangerous=False) is None


def test_two_calls_about_a_danger_are_two_dangers() -> None:
    assert master_among([_earlier()], leaf="SRV-01", mark="m", dangerous=True) is None


def test_nobody_in_particular_repeats_nothing() -> None:
    assert master_among([_earlier(mark=None)], leaf="SRV-01", mark=None, dangerous=False) is None
