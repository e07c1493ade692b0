"""Area: exact hundredths of a square metre, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import area_from_text, area_text


@pytest.mark.parametrize(
    ("text", "area"),
    [("71.5", 7150), ("71.50", 7150), ("71", 7100), ("0", 0), ("0.01", 1), ("10000.00", 1_000_000)],
)
def test_square_metres_are_read_exactly(text: str, area: int) -> None:
    assert area_from_text(text) == area


@pytest.mark.parametrize(
    "text", ["", "-1", "71.555", "71,5", ".5", "71.", "1e3", "71.5㎡", " 71", "7\uff11", "71\n"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Not an area"):
        area_from_text(text)


def test_a_negative_area_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="not negative"):
        area_text(-1)


@given(st.integers(min_value=0, max_value=99_999_999_999_999))
def test_what_is_written_is_read_back(area: int) -> None:
    assert area_from_text(area_text(area)) == area
