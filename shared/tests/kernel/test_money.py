"""Shares of money add up to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import apportion, fen_from_yuan, yuan_text


def test_a_hundred_yuan_over_three_homes_loses_no_fen() -> None:
    assert apportion(10_000, [8_000, 7_000, 6_000]) == [3_810, 3_333, 2_857]


def test_equal_remainders_go_to_the_earlier() -> None:
    assert apportion(2, [1, 1, 1]) == [1, 1, 0]


@pytest.mark.parametrize("weights", [[], [0, 0], [5, -1]])
def test_weights_that_cannot_share_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"weights|Weights|empty"):
        apportion(100, weights)


@given(
    st.integers(min_value=0, max_value=10**14),
    st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=50).filter(any),
)
def test_shares_add_up_and_stay_within_a_fen_of_their_part(total: int, weights: list[int]) -> None:
    shares = apportion(total, weights)

    assert sum(shares) == total
    assert all(
        abs(share * sum(weights) - total * weight) < sum(weights)
        for share, weight in zip(shares, weights, strict=True)
    )


@pytest.mark.parametrize(
    ("text", "fen"), [("0", 0), ("12.3", 1_230), ("-12.30", -1_230), ("0.01", 1), ("7", 700)]
)
def test_yuan_are_read_to_the_fen(text: str, fen: int) -> None:
    assert fen_from_yuan(text) == fen


@pytest.mark.parametrize("text", ["", "1.005", "1,000", "+1", "1e3", " 1", "1\n", "\uff11", "--1", ".5"])
def test_no_other_text_is_an_amount(text: str) -> None:
    with pytest.raises(ValueError, match="Not an amount"):
        fen_from_yuan(text)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_an_amount_written_in_yuan_is_read_back(fen: int) -> None:
    assert fen_from_yuan(yuan_text(fen)) == fen
