"""What a claim rests on: the estate, who served it, how the company stands, and what that comes to."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from shared.kernel import local_date
from shared.storage import Work
from subsidy_ledger.claims.domain import Form
from subsidy_ledger.claims.domain.refusals import (
    EstateNotKnown,
    GradeExcluded,
    GradeNotKnown,
    PayeeNotOperator,
)
from subsidy_ledger.neighbours.domain import KnownEstate, KnownGrade, service_start
from subsidy_ledger.neighbours.storage import find_contract_no, find_estate, find_grade, read_spells
from subsidy_ledger.programmes.domain import (
    Calculation,
    declining_subsidy,
    months_between,
    year_of_service,
)
from subsidy_ledger.programmes.storage import load_programme

__all__ = ["Measured", "estimate", "known_estate", "measure", "require_grantable"]

# Counts in full: 1.00 in hundredths. An estimate is made before the grade must be known.
_IN_FULL: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Everything an amount was reckoned from."""

    estate: KnownEstate
    grade: KnownGrade
    service_start: date
    contract_no: str | None
    calculation: Calculation


async def known_estate(work: Work, form: Form) -> KnownEstate:
    """Return the estate of a claim; raise EstateNotKnown."""
    estate = await find_estate(work, estate_id=form.estate_id)
    if estate is None:
        raise EstateNotKnown(estate_id=form.estate_id)
    return estate


async def require_grantable(work: Work, form: Form) -> KnownGrade | None:
    """Return the company's grade, if one is known; raise GradeExcluded where it gets no new grants."""
    grade = await find_grade(work, org=form.payee, day=local_date(work.now))
    if grade is not None and grade.coefficient_hundredths == 0:
        raise GradeExcluded(payee=form.payee, grade=grade.grade, effective_on=grade.effective_on)
    return grade


async def estimate(work: Work, form: Form) -> int:
    """Return what a claim comes to as far as is known today, in fen.

    Raises EstateNotKnown, PayeeNotOperator, GradeExcluded, NothingToPay.
    """
    estate = await known_estate(work, form)
    start = await _served_since(work, form)
    grade = await require_grantable(work, form)
    coefficient = _IN_FULL if grade is None else grade.coefficient_hundredths
    return (await _reckon(work, form, estate=estate, start=start, coefficient=coefficient)).amount_fen


async def measure(work: Work, form: Form) -> Measured:
    """Reckon the amount from the area, the years of service and the grade as they are today.

    Raises EstateNotKnown, PayeeNotOperator, GradeNotKnown, GradeExcluded, NothingToPay.
    """
    estate = await known_estate(work, form)
    start = await _served_since(work, form)
    grade = await require_grantable(work, form)
    if grade is None:
        raise GradeNotKnown(payee=form.payee)
    calculation = await _reckon(
        work, form, estate=estate, start=start, coefficient=grade.coefficient_hundredths
    )
    contract_no = await find_contract_no(work, estate_id=estate.id, org=form.payee, day=form.period.start)
    return Measured(
        estate=estate, grade=grade, service_start=start, contract_no=contract_no, calculation=calculation
    )


async def _served_since(work: Work, form: Form) -> date:
    spells = await read_spells(work, estate_id=form.estate_id)
    start = service_start(spells, org=form.payee, during=form.period)
    if start is None:
        raise PayeeNotOperator(payee=form.payee, start=form.period.start, last_day=form.last_day)
    return start


async def _reckon(
    work: Work, form: Form, *, estate: KnownEstate, start: date, coefficient: int
) -> Calculation:
    programme = await load_programme(work, code=form.programme)
    programme.require_open()
    months = months_between(form.period.start, form.end)
    return declining_subsidy(
        area_m2x100=estate.area_m2x100,
        years=[year_of_service(service_start=start, month=month) for month in months],
        rates=programme.rates,
        common_income_fen=form.common_income_fen,
        coefficient_hundredths=coefficient,
    )
