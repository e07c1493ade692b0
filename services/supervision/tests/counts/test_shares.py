"""Shares are compared and written exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.counts.domain import Figures, Share, TownFigures, total

NUMBERS = st.integers(0, 10**12)


@given(part=NUMBERS, whole=st.integers(1, 10**12), other=NUMBERS, other_whole=st.integers(1, 10**12))
def test_shares_compare_like_fractions(part: int, whole: int, other: int, other_whole: int) -> None:
    one, two = Share(part, whole), Share(other, other_whole)

    assert (one < two) == (Fraction(part, whole) < Fraction(other, other_whole))
    assert one.equals(two) == (Fraction(part, whole) == Fraction(other, other_whole))


def test_a_share_of_nothing_compares_as_none() -> None:
    assert Share(0, 0).equals(Share(0, 7))
    assert Share(0, 0) < Share(1, 1_000_000)


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [
        (0, 5, "0.00%"),
        (5, 5, "100.00%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 20_000, "0.01%"),
        (1, 20_001, "0.00%"),
        (0, 0, "—"),
    ],
)
def test_a_percentage_is_rounded_half_up_to_two_decimals(part: int, whole: int, percent: str) -> None:
    assert Share(part, whole).percent == percent


def test_a_total_adds_every_figure_of_every_town() -> None:
    one = TownFigures(territory="610703001", figures=Figures(estates=1, households=10, items_overdue=2))
    two = TownFigures(territory="610703002", figures=Figures(estates=2, households=5, subsidies_paid_fen=7))

    assert total([one, two]) == Figures(estates=3, households=15, items_overdue=2, subsidies_paid_fen=7)
    assert total([]) == Figures()
