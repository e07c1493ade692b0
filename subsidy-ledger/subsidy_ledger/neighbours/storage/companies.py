"""Companies by name and grade."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged
from shared.storage import Query, Work
from subsidy_ledger.neighbours.domain import KnownGrade
from subsidy_ledger.tables import grade_coefficients, known_companies, known_grades

__all__ = ["find_company_name", "find_grade", "put_company", "put_grade"]

_grades = known_grades.c
_new_company = insert(known_companies)
_PUT_COMPANY: Final = Query(
    _new_company.on_conflict_do_update(index_elements=["org"], set_={"name": _new_company.excluded.name})
)
_PUT_GRADE: Final = Query(insert(known_grades).on_conflict_do_nothing())
_COMPANY: Final = Query(select(known_companies.c.name).where(known_companies.c.org == bindparam("org")))
_GRADE: Final = Query(
    select(known_grades, grade_coefficients.c.hundredths, grade_coefficients.c.source)
    .join_from(known_grades, grade_coefficients, grade_coefficients.c.grade == _grades.grade)
    .where(_grades.org == bindparam("org"), _grades.effective_on <= bindparam("day"))
    .order_by(_grades.effective_on.desc(), _grades.event_id.desc())
    .limit(1)
)


async def put_company(work: Work, event: CompanyEntered) -> None:
    """Keep the name of a company, which the payee's account must bear."""
    await work.execute(_PUT_COMPANY, org=event.org, name=event.company_name)


async def put_grade(work: Work, event: CreditGradeChanged) -> None:
    """Keep a change of a grade; ids sort by the time of recording."""
    await work.execute(
        _PUT_GRADE,
        event_id=work.occasion.causation_id,
        org=event.org,
        grade=event.new_grade,
        rated=event.rated,
        score_tenths=event.score_tenths,
        scheme=event.scheme,
        effective_on=event.effective_on,
    )


async def find_company_name(work: Work, *, org: str) -> str | None:
    """Return a company's name, if it has entered."""
    row = await work.fetch_one(_COMPANY, org=org)
    return None if row is None else row["name"]


async def find_grade(work: Work, *, org: str, day: date) -> KnownGrade | None:
    """Return the latest grade in effect on a day, with its coefficient."""
    row = await work.fetch_one(_GRADE, org=org, day=day)
    if row is None:
        return None
    names = ("grade", "rated", "score_tenths", "scheme", "effective_on", "event_id")
    return KnownGrade(
        coefficient_hundredths=row["hundredths"],
        coefficient_source=row["source"],
        **{name: row[name] for name in names},
    )
