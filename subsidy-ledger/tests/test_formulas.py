from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidy_ledger.programmes.domain import (
    NothingToPay,
    declining_subsidy,
    half_up,
    months_between,
    year_of_service,
)

RATES = {"1": 30, "2": 20, "3": 10}


def test_the_rate_falls_with_the_year_of_service() -> None:
    found = declining_subsidy(
        area_m2x100=1_000_000,
        years=[1, 1, 2, 3, 4],
        rates=RATES,
        common_income_fen=0,
        coefficient_hundredths=100,
    )

    assert [(part.year_of_service, part.months, part.gross_fen) for part in found.parts] == [
        (1, 2, 600_000),
        (2, 1, 200_000),
        (3, 1, 100_000),
        (4, 1, 0),
    ]
    assert found.amount_fen == 900_000


@pytest.mark.parametrize(("coefficient", "amount"), [(110, 1_222_221), (100, 1_111_110), (90, 999_999)])
def test_the_grade_counts_in_hundredths(coefficient: int, amount: int) -> None:
    found = declining_subsidy(
        area_m2x100=1_234_567,
        years=[1, 1, 1],
        rates=RATES,
        common_income_fen=0,
        coefficient_hundredths=coefficient,
    )

    assert found.amount_fen == amount


def test_common_income_is_taken_off_before_the_grade_counts() -> None:
    found = declining_subsidy(
        area_m2x100=100_000,
        years=[1],
        rates=RATES,
        common_income_fen=10_000,
        coefficient_hundredths=110,
    )

    assert (found.gross_fen, found.amount_fen) == (30_000, 22_000)


@pytest.mark.parametrize(
    ("area", "years", "income", "coefficient"),
    [(0, [1], 0, 100), (100_000, [4], 0, 100), (100_000, [1], 0, 0), (100_000, [1], 30_000, 100)],
)
def test_a_formula_that_comes_to_nothing_is_refused(
    area: int, years: list[int], income: int, coefficient: int
) -> None:
    with pytest.raises(NothingToPay):
        declining_subsidy(
            area_m2x100=area,
            years=years,
            rates=RATES,
            common_income_fen=income,
            coefficient_hundredths=coefficient,
        )


@pytest.mark.parametrize(("numerator", "expected"), [(0, 0), (49, 0), (50, 1), (149, 1), (150, 2), (151, 2)])
def test_half_a_fen_is_rounded_up(numerator: int, expected: int) -> None:
    assert half_up(numerator, 100) == expected


@pytest.mark.parametrize(
    ("month", "year"),
    [
        (date(2025, 4, 1), 1),
        (date(2026, 3, 1), 1),
        (date(2026, 4, 1), 2),
        (date(2027, 4, 1), 3),
        (date(2028, 4, 1), 4),
    ],
)
def test_a_year_of_service_begins_on_its_day(month: date, year: int) -> None:
    assert year_of_service(service_start=date(2025, 3, 15), month=month) == year


def test_service_from_the_first_of_a_month_has_twelve_months_a_year() -> None:
    months = months_between(date(2025, 3, 1), date(2026, 4, 1))

    years = [year_of_service(service_start=date(2025, 3, 1), month=month) for month in months]

    assert years == [1] * 12 + [2]


@given(
    area=st.integers(1, 10**8),
    years=st.lists(st.integers(1, 5), min_size=1, max_size=12),
    income=st.integers(0, 10**7),
    coefficient=st.sampled_from([90, 100, 110]),
)
def test_the_parts_add_up_and_the_amount_is_half_a_fen_off_at_most(
    area: int, years: list[int], income: int, coefficient: int
) -> None:
    exact = sum(area * RATES.get(str(year), 0) for year in years)
    reduced = max(0, exact - income * 100) * coefficient

    try:
        found = declining_subsidy(
            area_m2x100=area,
            years=years,
            rates=RATES,
            common_income_fen=income,
            coefficient_hundredths=coefficient,
        )
    except NothingToPay:
        assert reduced < 5_000
        return

    assert sum(part.gross_fen for part in found.parts) == found.gross_fen
    assert abs(found.gross_fen * 100 - exact) <= 50
    assert abs(found.amount_fen * 10_000 - reduced) <= 5_000
