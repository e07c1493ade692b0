"""Departments and grants as rows. A grant is never rewritten: another one takes its place."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from exchange.departments.domain import (
    Department,
    DepartmentKnownAlready,
    DepartmentNotFound,
    Grant,
    Resource,
    Share,
)
from exchange.departments.tables import (
    departments,
    grant_items,
    grants,
)
from shared.kernel import new_id
from shared.storage import Query, Row, Work, in_scope

__all__ = [
    "current_grant",
    "department_of",
    "end_grant",
    "grant_of_caller",
    "insert_department",
    "insert_grant",
    "load_department",
    "lock_department",
    "save_department",
]

_rows = departments.c
_by_id = select(departments).where(_rows.id == bindparam("id"), in_scope(_rows.territory))
_LOAD: Final = Query(_by_id)
_LOCK: Final = Query(_by_id.with_for_update())
_INSERT: Final = Query(
    upsert(departments).on_conflict_do_nothing(index_elements=["code"]).returning(_rows.id)
)
_SAVE: Final = Query(
    update(departments)
    .where(_rows.id == bindparam("of"), _rows.version == bindparam("read"), in_scope(_rows.territory))
    .values(version=bindparam("version"))
)
_GRANT: Final = Query(
    select(grants).where(grants.c.department_id == bindparam("department_id"), grants.c.ended_at.is_(None))
)
_GRANT_BY_CODE: Final = Query(
    select(grants)
    .join(departments, _rows.id == grants.c.department_id)
    .where(_rows.code == bindparam("code"), grants.c.ended_at.is_(None), in_scope(_rows.territory))
)
_ITEMS: Final = Query(
    select(grant_items.c.event_type, grant_items.c.territory).where(
        grant_items.c.grant_id == bindparam("grant_id")
    )
)
_INSERT_GRANT: Final = Query(insert(grants))
_INSERT_ITEM: Final = Query(insert(grant_items))
_END_GRANT: Final = Query(
    update(grants)
    .where(grants.c.id == bindparam("grant_id"), grants.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"), ended_by=bindparam("by"))
)


def department_of(row: Row) -> Department:
    """Read a row."""
    return Department(
        **{name: row[name] for name in ("id", "code", "name", "territory", "contact", "version")}
    )


async def load_department(work: Work, *, department_id: UUID) -> Department:
    """Return a department; raise DepartmentNotFound."""
    return department_of(await work.load(_LOAD, missing=DepartmentNotFound, id=department_id))


async def lock_department(work: Work, *, department_id: UUID) -> Department:
    """Return a department whose keys and grant nobody else changes until this unit of work ends."""
    return department_of(await work.load(_LOCK, missing=DepartmentNotFound, id=department_id))


async def insert_department(work: Work, department: Department) -> None:
    """Insert a department; raise DepartmentKnownAlready for a code that is on record."""
    values = {column.name: getattr(department, column.name) for column in departments.columns}
    if await work.fetch_one(_INSERT, **values) is None:
        raise DepartmentKnownAlready(code=department.code)


async def save_department(work: Work, department: Department) -> None:
    """Save the next version of a department; raise ChangedMeanwhile."""
    await work.save(_SAVE, of=department.id, read=department.version - 1, version=department.version)


async def current_grant(work: Work, *, department_id: UUID) -> Grant | None:
    """Return the grant in force."""
    return await _grant_of(work, await work.fetch_one(_GRANT, department_id=department_id))


async def grant_of_caller(work: Work) -> Grant | None:
    """Return the grant in force of the department whose machine calls."""
    return await _grant_of(work, await work.fetch_one(_GRANT_BY_CODE, code=work.actor.unit))


async def insert_grant(work: Work, grant: Grant, *, department_id: UUID) -> None:
    """Put a grant in force; the one before must have ended."""
    grant_id = new_id()
    await work.execute(
        _INSERT_GRANT,
        id=grant_id,
        department_id=department_id,
        purpose=grant.purpose,
        legal_basis=grant.legal_basis,
        pii_level=grant.pii_level,
        sends=sorted(grant.sends),
        granted_at=work.now,
        granted_by=work.actor.person,
        ended_at=None,
        ended_by=None,
    )
    items = [
        {"grant_id": grant_id, "event_type": share.event_type, "territory": share.territory}
        for share in sorted(grant.receives)
    ]
    await work.execute_many(_INSERT_ITEM, items)


async def end_grant(work: Work, grant: Grant) -> None:
    """End a grant now."""
    await work.execute(_END_GRANT, grant_id=grant.id, at=work.now, by=work.actor.person)


async def _grant_of(work: Work, row: Row | None) -> Grant | None:
    if row is None:
        return None
    items = await work.fetch_all(_ITEMS, grant_id=row["id"])
    return Grant(
        id=row["id"],
        purpose=row["purpose"],
        legal_basis=row["legal_basis"],
        pii_level=row["pii_level"],
        sends=frozenset(map(Resource, row["sends"])),
        receives=frozenset(Share(item["event_type"], item["territory"]) for item in items),
    )
