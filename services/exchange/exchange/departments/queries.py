"""Departments for screens."""

from datetime import datetime
from typing import Final, Literal, Self
from uuid import UUID

from sqlalchemy import select

from exchange.departments.domain import Department, Grant, Key, Resource
from exchange.departments.keys import keys_of
from exchange.departments.storage import (
    current_grant,
    department_of,
    load_department,
)
from exchange.departments.tables import departments
from shared.identity import SignatureAlgorithm
from shared.storage import Listing, Orders, Row, Work, equal, in_scope, within
from shared.web import Page, PageRequest, View

__all__ = [
    "DEPARTMENT_ORDERS",
    "DepartmentDetail",
    "DepartmentView",
    "GrantView",
    "KeyView",
    "list_departments",
    "the_department",
]

KeyState = Literal["not_yet", "in_force", "expired", "withdrawn"]
_LIST: Final = Listing(
    select(departments).where(in_scope(departments.c.territory)),
    orders=Orders("id", id=(departments.c.id,), code=(departments.c.code,)),
    filters={"code": equal(departments.c.code, "code"), "territory": within(departments.c.territory)},
)
DEPARTMENT_ORDERS: Final = _LIST.orders


class DepartmentView(View):
    """A department as the list shows it."""

    id: UUID
    code: str
    name: str
    territory: str
    contact: str
    version: int


class KeyView(View):
    """What may be known of a key: never its secret."""

    key_id: str
    algorithm: SignatureAlgorithm
    state: KeyState
    made_at: datetime
    made_by: str
    valid_from: datetime
    valid_until: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None

    @classmethod
    def of(cls, key: Key, *, now: datetime) -> Self:
        """Return the view of a key at a moment."""
        return cls(
            key_id=key.key_id,
            algorithm=SignatureAlgorithm(key.algorithm),
            state=_state(key, now=now),
            made_at=key.made_at,
            made_by=key.made_by,
            valid_from=key.valid_from,
            valid_until=key.valid_until,
            withdrawn_at=key.withdrawn_at,
            withdrawn_by=key.withdrawn_by,
        )


class ShareView(View):
    """One kind of fact, about one territory and all below it."""

    event_type: str
    territory: str


class GrantView(View):
    """What the department may send and receive, and why."""

    purpose: str
    legal_basis: str
    pii_level: int
    sends: list[Resource]
    receives: list[ShareView]

    @classmethod
    def of(cls, grant: Grant) -> Self:
        """Return the view of a grant."""
        return cls(
            purpose=grant.purpose,
            legal_basis=grant.legal_basis,
            pii_level=grant.pii_level,
            sends=sorted(grant.sends),
            receives=[ShareView.model_validate(share) for share in sorted(grant.receives)],
        )


class DepartmentDetail(DepartmentView):
    """A department with its keys and the grant in force."""

    keys: list[KeyView]
    grant: GrantView | None


async def list_departments(work: Work, *, paging: PageRequest, **filters: object) -> Page[DepartmentView]:
    """Return the departments of the caller's territory in the order they were entered.

    Filters: code, territory (that code and all below).
    """
    return await paging.read(work, _LIST, view=_view, filters=filters)


async def the_department(work: Work, *, department_id: UUID) -> DepartmentDetail:
    """Return a department; raise DepartmentNotFound."""
    return await _detail(work, await load_department(work, department_id=department_id))


async def _detail(work: Work, department: Department) -> DepartmentDetail:
    keys = await keys_of(work, department_id=department.id)
    grant = await current_grant(work, department_id=department.id)
    return DepartmentDetail(
        **DepartmentView.model_validate(department).model_dump(),
        keys=[KeyView.of(key, now=work.now) for key in keys],
        grant=GrantView.of(grant) if grant else None,
    )


def _state(key: Key, *, now: datetime) -> KeyState:
    if key.withdrawn_at is not None:
        return "withdrawn"
    if key.over(now):
        return "expired"
    return "in_force" if key.in_force(now) else "not_yet"


def _view(row: Row) -> DepartmentView:
    return DepartmentView.model_validate(department_of(row))
