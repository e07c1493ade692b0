"""Projects of a company for people."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from credit_rating.projects.domain import Assignment
from credit_rating.tables import contracts, known_estates, operator_assignments
from shared.storage import Query, Row, Work

__all__ = ["Project", "newest_projects"]

_a = operator_assignments.c
_NEWEST: Final = Query(
    select(
        operator_assignments,
        known_estates.c.name.label("estate_name"),
        contracts.c.contract_no,
        contracts.c.signed_on,
    )
    .outerjoin_from(operator_assignments, known_estates, known_estates.c.estate_id == _a.estate_id)
    .outerjoin(contracts, contracts.c.contract_id == _a.contract_id)
    .where(_a.org == bindparam("org"))
    .order_by(_a.assignment_id.desc())
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An estate in a company's care. What was not heard of yet is None."""

    estate_id: UUID
    estate_name: str | None
    kind: str
    start: date | None
    end: date | None
    live_days: int
    contract_id: UUID | None
    contract_no: str | None
    signed_on: date | None


async def newest_projects(work: Work, *, org: str, on: date, limit: int) -> list[Project]:
    """Return a company's projects, the newest first, with the days they have been live by a day."""
    rows = await work.fetch_all(_NEWEST, org=org, limit=limit)
    return [_project(row, on=on) for row in rows]


def _project(row: Row, *, on: date) -> Project:
    known = ("assignment_id", "estate_id", "start", "planned_end", "vacated_on")
    assignment = Assignment(**{name: row[name] for name in known})
    return Project(
        estate_id=row["estate_id"],
        estate_name=row["estate_name"],
        kind=row["kind"],
        start=assignment.start,
        end=assignment.end,
        live_days=assignment.live_days(on),
        contract_id=row["contract_id"],
        contract_no=row["contract_no"],
        signed_on=row["signed_on"],
    )
