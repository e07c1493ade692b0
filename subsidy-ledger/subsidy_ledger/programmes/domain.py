"""How much a programme pays: the formula of P02 in whole numbers, by year of service and grade (6.1, 3.5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Final

from shared.kernel import Conflict, NotFound, add_months, apportion

__all__ = [
    "Calculation",
    "FormulaKind",
    "NothingToPay",
    "Part",
    "Programme",
    "ProgrammeNotFound",
    "ProgrammeNotOpen",
    "declining_subsidy",
    "half_up",
    "months_between",
    "year_of_service",
]

_MONTHS_A_YEAR: Final = 12
# Area is in 0.01 m², a coefficient in hundredths.
_HUNDRED: Final = 100


class ProgrammeNotFound(NotFound):
    """There is no programme of this code."""

    zh = "没有代码为“{code}”的补助项目，项目目录见 /programmes。"
    en = "There is no programme '{code}'. The programmes are listed under /programmes."


class ProgrammeNotOpen(Conflict):
    """The programme is in the catalogue, and claims on it are not taken here yet."""

    zh = (
        "补助项目 {code}（{name}）尚未开放线上申报，请按原渠道办理。"
        "目前可申报的项目见 /programmes?open=true。"
    )
    en = (
        "Claims on programme {code} ({name}) are not taken here yet: file it the way you did before. "
        "Those that are: /programmes?open=true."
    )


class NothingToPay(Conflict):
    """The formula comes to nothing."""

    zh = "按公式计算应补助金额为零：{why}。请核对申报期间与公共收益。"
    en = "The formula comes to nothing: {why}. Check the period and the common income."


class FormulaKind(StrEnum):
    """How a programme reckons."""

    START_UP = "start_up"
    DECLINING_OPERATING = "declining_operating"
    ASSESSMENT_REWARD = "assessment_reward"
    COMMISSION = "commission"
    WORKS_BUDGET = "works_budget"
    MATCHED_WORKS = "matched_works"
    POST_WAGE = "post_wage"
    ACTUAL_COST = "actual_cost"
    TRAINING = "training"
    FIXED_GRANT = "fixed_grant"
    FEE_RELIEF = "fee_relief"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme. `rates` by step: for a declining subsidy the year of service, in fen per m² and month."""

    code: str
    name_zh: str
    name_en: str
    formula: FormulaKind
    purpose: str
    open: bool
    rates: Mapping[str, int]

    def require_open(self) -> None:
        """Refuse claims where they are not taken; raise ProgrammeNotOpen."""
        if not self.open:
            raise ProgrammeNotOpen(code=self.code, name=self.name_zh)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The months of one year of service: how many, at which rate, and what they come to before reduction."""

    year_of_service: int
    months: int
    rate_fen: int
    gross_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """What a claim comes to, with its parts. The parts add up to the gross amount."""

    parts: tuple[Part, ...]
    gross_fen: int
    common_income_fen: int
    coefficient_hundredths: int
    amount_fen: int


def half_up(numerator: int, denominator: int) -> int:
    """Return a quotient of whole numbers that are not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)


def months_between(start: date, end: date) -> Sequence[date]:
    """Return the first days of the months from one first day to another, which is not in."""
    count = (end.year - start.year) * _MONTHS_A_YEAR + end.month - start.month
    return [add_months(start, step) for step in range(count)]


def year_of_service(*, service_start: date, month: date) -> int:
    """Return which year of service the first day of a month lies in; the first is 1."""
    months = (month.year - service_start.year) * _MONTHS_A_YEAR + month.month - service_start.month
    completed = months - (month.day < service_start.day)
    return completed // _MONTHS_A_YEAR + 1


def declining_subsidy(
    *,
    area_m2x100: int,
    years: Iterable[int],
    rates: Mapping[str, int],
    common_income_fen: int,
    coefficient_hundredths: int,
) -> Calculation:
    """Reckon P02: area × rate of the year × months, less common income, × coefficient, half up to the fen.

    `years` is the year of service of each month claimed; a year without a rate pays nothing. Rounded
    once at the end; the parts share the gross amount by largest remainder. Raises NothingToPay.
    """
    counted = [(year, len(list(months))) for year, months in groupby(sorted(years))]
    paid = [(year, months, rates.get(str(year), 0)) for year, months in counted]
    exact = [area_m2x100 * rate * months for _, months, rate in paid]
    gross_fen = half_up(sum(exact), _HUNDRED)
    reduced = max(0, sum(exact) - common_income_fen * _HUNDRED)
    amount_fen = half_up(reduced * coefficient_hundredths, _HUNDRED * _HUNDRED)
    if amount_fen == 0:
        raise NothingToPay(why=_why_nothing(sum(exact), coefficient_hundredths))
    return Calculation(
        parts=_parts(paid, apportion(gross_fen, exact)),
        gross_fen=gross_fen,
        common_income_fen=common_income_fen,
        coefficient_hundredths=coefficient_hundredths,
        amount_fen=amount_fen,
    )


def _parts(paid: Iterable[tuple[int, int, int]], shares: Sequence[int]) -> tuple[Part, ...]:
    return tuple(
        Part(year_of_service=year, months=months, rate_fen=rate, gross_fen=share)
        for (year, months, rate), share in zip(paid, shares, strict=True)
    )


def _why_nothing(exact: int, coefficient_hundredths: int) -> str:
    if exact == 0:
        return "没有建筑面积，或服务年限已超过补助年限 / no area, or service beyond the subsidised years"
    if coefficient_hundredths == 0:
        return "信用等级系数为零 / the coefficient of the grade is zero"
    return "公共收益已抵足 / the common income covers it"
