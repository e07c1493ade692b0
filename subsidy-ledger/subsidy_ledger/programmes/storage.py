"""Programmes, rates and coefficients as rows of reference data."""

from typing import Final

from sqlalchemy import bindparam, select

from shared.storage import Query, Row, Work
from subsidy_ledger.programmes.domain import FormulaKind, Programme, ProgrammeNotFound
from subsidy_ledger.tables import LONGEST_LIST, grade_coefficients, programme_rates, programmes

__all__ = ["find_coefficient", "load_programme"]

_LOAD: Final = Query(select(programmes).where(programmes.c.code == bindparam("code")))
_RATES: Final = Query(
    select(programme_rates.c.step, programme_rates.c.rate)
    .where(programme_rates.c.programme == bindparam("programme"))
    .limit(LONGEST_LIST)
)
_COEFFICIENT: Final = Query(
    select(grade_coefficients).where(grade_coefficients.c.grade == bindparam("grade"))
)


async def load_programme(work: Work, *, code: str) -> Programme:
    """Return a programme with its rates; raise ProgrammeNotFound."""
    row = await work.fetch_one(_LOAD, code=code)
    if row is None:
        raise ProgrammeNotFound(code=code)
    rates = {rate["step"]: rate["rate"] for rate in await work.fetch_all(_RATES, programme=code)}
    return Programme(
        formula=FormulaKind(row["formula"]),
        rates=rates,
        **{name: row[name] for name in ("code", "name_zh", "name_en", "purpose", "open")},
    )


async def find_coefficient(work: Work, *, grade: str) -> Row | None:
    """Return the row of a grade: hundredths, source and tag."""
    return await work.fetch_one(_COEFFICIENT, grade=grade)
