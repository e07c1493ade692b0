"""Contracts, operator assignments and names of estates, as estate-registry told them."""

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from credit_rating.projects.domain import Assignment
from credit_rating.tables import contracts, known_estates, operator_assignments
from shared.storage import Query, Work

__all__ = ["PUT_ASSIGNED", "PUT_CONTRACT", "PUT_ESTATE", "PUT_VACATED", "assignments_of"]

MAX_ASSIGNMENTS: Final = 10_000

_assigned = insert(operator_assignments).values(
    {
        name: bindparam(name)
        for name in ("assignment_id", "org", "estate_id", "kind", "contract_id", "start", "planned_end")
    }
)
PUT_ASSIGNED: Final = Query(
    _assigned.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={
            name: _assigned.excluded[name] for name in ("org", "kind", "contract_id", "start", "planned_end")
        },
    )
)
_vacated = insert(operator_assignments).values(
    {name: bindparam(name) for name in ("assignment_id", "org", "estate_id", "kind", "vacated_on")}
)
PUT_VACATED: Final = Query(
    _vacated.on_conflict_do_update(
        index_elements=["assignment_id"], set_={"vacated_on": _vacated.excluded.vacated_on}
    )
)
_contract = insert(contracts).values({column.name: bindparam(column.name) for column in contracts.columns})
PUT_CONTRACT: Final = Query(
    _contract.on_conflict_do_update(
        index_elements=["contract_id"],
        set_={column.name: _contract.excluded[column.name] for column in contracts.columns},
    )
)
_estate = insert(known_estates).values(
    {column.name: bindparam(column.name) for column in known_estates.columns}
)
PUT_ESTATE: Final = Query(
    _estate.on_conflict_do_update(
        index_elements=["estate_id"],
        set_={"name": _estate.excluded.name, "version": _estate.excluded.version},
        where=known_estates.c.version < _estate.excluded.version,
    )
)
_OF_COMPANY: Final = Query(
    select(operator_assignments)
    .where(operator_assignments.c.org == bindparam("org"))
    .order_by(operator_assignments.c.assignment_id)
    .limit(MAX_ASSIGNMENTS)
)


async def assignments_of(work: Work, *, org: str) -> list[Assignment]:
    """Return the estates a company has or had in its care."""
    names = ("assignment_id", "estate_id", "start", "planned_end", "vacated_on")
    rows = await work.fetch_all(_OF_COMPANY, org=org)
    return [Assignment(**{name: row[name] for name in names}) for row in rows]
