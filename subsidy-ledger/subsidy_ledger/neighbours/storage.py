"""What other contexts told us, kept by upsert: in any order, twice, an older fact never wins."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.credit_rating import CreditGradeChanged
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.kernel import Period
from shared.storage import Query, Row, Work
from subsidy_ledger.neighbours.domain import KnownEstate, KnownGrade, Spell
from subsidy_ledger.tables import (
    LONGEST_LIST,
    grade_coefficients,
    known_companies,
    known_contracts,
    known_estates,
    known_grades,
    known_operators,
)

__all__ = [
    "find_company_name",
    "find_contract_no",
    "find_estate",
    "find_grade",
    "put_assignment",
    "put_company",
    "put_contract",
    "put_estate",
    "put_grade",
    "put_profile",
    "put_vacation",
    "read_spells",
]

_estates = known_estates.c
_operators = known_operators.c
_grades = known_grades.c
_contracts = known_contracts.c

_new_estate = insert(known_estates)
_profile = {
    name: _new_estate.excluded[name] for name in ("name", "area_m2x100", "households", "profile_version")
}
# The registration fills in what only it knows; what an update said already stays.
_PUT_ESTATE: Final = Query(
    _new_estate.on_conflict_do_update(
        index_elements=["estate_id"],
        set_={"code": _new_estate.excluded.code, "territory": _new_estate.excluded.territory},
    )
)
_PUT_PROFILE: Final = Query(
    _new_estate.on_conflict_do_update(
        index_elements=["estate_id"],
        set_=_profile,
        where=_estates.profile_version < _new_estate.excluded.profile_version,
    )
)
_new_spell = insert(known_operators)
_spell = ("kind", "org", "starts_on", "ends_on", "assigned_event_id")
_PUT_ASSIGNMENT: Final = Query(
    _new_spell.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={name: _new_spell.excluded[name] for name in _spell},
        where=or_(
            _operators.assigned_event_id.is_(None),
            _operators.assigned_event_id < _new_spell.excluded.assigned_event_id,
        ),
    )
)
_PUT_VACATION: Final = Query(
    _new_spell.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={"vacated_on": func.least(_operators.vacated_on, _new_spell.excluded.vacated_on)},
    )
)
_PUT_CONTRACT: Final = Query(insert(known_contracts).on_conflict_do_nothing())
_new_company = insert(known_companies)
_PUT_COMPANY: Final = Query(
    _new_company.on_conflict_do_update(index_elements=["org"], set_={"name": _new_company.excluded.name})
)
_PUT_GRADE: Final = Query(insert(known_grades).on_conflict_do_nothing())

_ESTATE: Final = Query(
    select(known_estates).where(_estates.estate_id == bindparam("estate_id"), _estates.territory.is_not(None))
)
_SPELLS: Final = Query(
    select(
        _operators.org,
        _operators.starts_on,
        func.least(_operators.ends_on, _operators.vacated_on).label("ends_on"),
    )
    .where(
        _operators.estate_id == bindparam("estate_id"),
        _operators.kind == "company",
        _operators.starts_on.is_not(None),
    )
    .order_by(_operators.starts_on.desc())
    .limit(LONGEST_LIST)
)
_CONTRACT: Final = Query(
    select(_contracts.contract_no)
    .where(
        _contracts.estate_id == bindparam("estate_id"),
        _contracts.org == bindparam("org"),
        _contracts.starts_on <= bindparam("day"),
        _contracts.ends_on >= bindparam("day"),
    )
    .order_by(_contracts.starts_on.desc(), _contracts.contract_no)
    .limit(1)
)
_COMPANY: Final = Query(select(known_companies.c.name).where(known_companies.c.org == bindparam("org")))
_GRADE: Final = Query(
    select(known_grades, grade_coefficients.c.hundredths, grade_coefficients.c.source)
    .join_from(known_grades, grade_coefficients, grade_coefficients.c.grade == _grades.grade)
    .where(_grades.org == bindparam("org"), _grades.effective_on <= bindparam("day"))
    .order_by(_grades.effective_on.desc(), _grades.event_id.desc())
    .limit(1)
)


async def put_estate(work: Work, event: EstateRegistered) -> None:
    """Keep an estate that was registered."""
    await work.execute(
        _PUT_ESTATE,
        estate_id=event.estate_id,
        code=event.code,
        territory=event.territory,
        name=event.estate_name,
        area_m2x100=event.area_m2x100,
        households=event.households,
        profile_version=0,
    )


async def put_profile(work: Work, event: EstateProfileUpdated) -> None:
    """Keep the newest profile of an estate."""
    await work.execute(
        _PUT_PROFILE,
        estate_id=event.estate_id,
        code=None,
        territory=None,
        name=event.estate_name,
        area_m2x100=event.area_m2x100,
        households=event.households,
        profile_version=event.version,
    )


async def put_assignment(work: Work, event: OperatorAssigned) -> None:
    """Keep who answers for an estate from when to when."""
    await work.execute(
        _PUT_ASSIGNMENT,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        kind=event.kind,
        org=event.org,
        starts_on=event.start,
        ends_on=event.end,
        vacated_on=None,
        assigned_event_id=work.occasion.causation_id,
    )


async def put_vacation(work: Work, event: OperatorVacated) -> None:
    """Keep that an operator's time ended, earlier than its assignment said."""
    await work.execute(
        _PUT_VACATION,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        kind=event.kind,
        org=event.org,
        starts_on=None,
        ends_on=None,
        vacated_on=event.at,
        assigned_event_id=None,
    )


async def put_contract(work: Work, event: ServiceContractSigned) -> None:
    """Keep the number of a contract for each estate it covers."""
    shared = {
        "contract_id": event.contract_id,
        "contract_no": event.contract_no,
        "org": event.org,
        "starts_on": event.start,
        "ends_on": event.end,
    }
    await work.execute_many(
        _PUT_CONTRACT, [{**shared, "estate_id": estate_id} for estate_id in event.estate_ids]
    )


async def put_company(work: Work, *, org: str, name: str) -> None:
    """Keep the name of a company."""
    await work.execute(_PUT_COMPANY, org=org, name=name)


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


async def find_estate(work: Work, *, estate_id: UUID) -> KnownEstate | None:
    """Return an estate whose registration has come."""
    row = await work.fetch_one(_ESTATE, estate_id=estate_id)
    if row is None:
        return None
    names = ("territory", "name", "area_m2x100", "households", "profile_version")
    return KnownEstate(id=row["estate_id"], **{name: row[name] for name in names})


async def read_spells(work: Work, *, estate_id: UUID) -> Sequence[Spell]:
    """Return the spells of companies at an estate; one that was vacated on its first day is none."""
    rows = await work.fetch_all(_SPELLS, estate_id=estate_id)
    return [_spell_of(row) for row in rows if row["ends_on"] is None or row["starts_on"] < row["ends_on"]]


def _spell_of(row: Row) -> Spell:
    return Spell(org=row["org"], period=Period(row["starts_on"], row["ends_on"]))


async def find_contract_no(work: Work, *, estate_id: UUID, org: str, day: date) -> str | None:
    """Return the number of the contract under which a company serves an estate on a day."""
    row = await work.fetch_one(_CONTRACT, estate_id=estate_id, org=org, day=day)
    return None if row is None else row["contract_no"]


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
