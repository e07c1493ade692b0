"""Resolution items for screens."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Integer, Text, Uuid, and_, bindparam, select

from dispute_mediation.items.domain import OWED
from dispute_mediation.sight import is_bound, linked, parties
from dispute_mediation.tables import among, items
from shared.storage import Query, Row, Work, in_scope

__all__ = ["list_items"]


def _overdue() -> ColumnElement[bool]:
    return and_(among(items.c.state, OWED), items.c.due_at <= bindparam("now", type_=DateTime(timezone=True)))


_FILTERS: Final[Mapping[str, Callable[[], ColumnElement[bool]]]] = {
    "state": lambda: items.c.state == bindparam("state", type_=Text),
    "unit": lambda: items.c.unit == bindparam("unit", type_=Text),
    "org": lambda: items.c.org == bindparam("org", type_=Text),
    "meeting_id": lambda: items.c.meeting_id == bindparam("meeting_id", type_=Uuid),
    "case_id": lambda: items.c.case_id == bindparam("case_id", type_=Uuid),
    "overdue": _overdue,
    "after": lambda: items.c.id < bindparam("after", type_=Uuid),
}


@cache
def _listing(names: frozenset[str], *, bound: bool) -> Query:
    seen = select(items).where(in_scope(items.c.territory), *(_FILTERS[name]() for name in sorted(names)))
    statement = seen.where(linked(items.c.case_id)) if bound else seen
    return Query(statement.order_by(items.c.id.desc()).limit(bindparam("limit", type_=Integer)))


async def list_items(
    work: Work, *, filters: Mapping[str, object], after: UUID | None, limit: int
) -> list[Row]:
    """Return up to `limit` items within the caller's sight, the newest first.

    Filters: state, unit, org, meeting_id, case_id, overdue.
    """
    values = _values(filters, after=after, now=work.now)
    bound = is_bound(work.actor)
    query = _listing(frozenset(filters) | ({"after"} if after else frozenset()), bound=bound)
    return await work.fetch_all(query, limit=limit, **values, **(await parties(work) if bound else {}))


def _values(filters: Mapping[str, object], *, after: UUID | None, now: datetime) -> dict[str, object]:
    values = {name: value for name, value in filters.items() if name != "overdue"}
    if "overdue" in filters:
        values["now"] = now
    if after is not None:
        values["after"] = after
    return values
