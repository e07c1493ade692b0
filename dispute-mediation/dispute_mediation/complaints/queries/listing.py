"""Lists of cases: one compiled statement for each set of filters, pages by key, the newest first."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    select,
)

from dispute_mediation.complaints.domain import OPEN
from dispute_mediation.sight import is_bound, linked, parties, sight, visible_case
from dispute_mediation.tables import among, cases, known_estates, leaves
from shared.kernel import Scope
from shared.storage import Query, Row, Work, in_scope

__all__ = ["case_row", "list_cases", "list_own_cases"]

# What a screen shows beside the case itself.
_SHOWN: Final = (
    select(cases, leaves.c.name_zh.label("leaf_name"), known_estates.c.estate_name)
    .join(leaves, leaves.c.code == cases.c.leaf)
    .outerjoin(known_estates, known_estates.c.estate_id == cases.c.estate_id)
)
_ONE: Final = Query(_SHOWN.where(cases.c.id == bindparam("id"), visible_case(cases, cases.c.id)))


def _text(name: str, column: ColumnElement[str]) -> Callable[[], ColumnElement[bool]]:
    return lambda: column == bindparam(name, type_=Text)


def _within() -> ColumnElement[bool]:
    low, high = bindparam("within_low", type_=Text), bindparam("within_high", type_=Text)
    return and_(cases.c.territory >= low, cases.c.territory < high)


def _overdue() -> ColumnElement[bool]:
    return and_(among(cases.c.state, OPEN), cases.c.due_at <= bindparam("now", type_=DateTime(timezone=True)))


_FILTERS: Final[Mapping[str, Callable[[], ColumnElement[bool]]]] = {
    "state": _text("state", cases.c.state),
    "leaf": _text("leaf", cases.c.leaf),
    "channel": _text("channel", cases.c.channel),
    "host_unit": _text("host_unit", cases.c.host_unit),
    "estate_id": lambda: cases.c.estate_id == bindparam("estate_id", type_=Uuid),
    "territory": _within,
    "overdue": _overdue,
    "after": lambda: cases.c.id < bindparam("after", type_=Uuid),
}


def _page(statement: Select[tuple[object, ...]]) -> Query:
    return Query(statement.order_by(cases.c.id.desc()).limit(bindparam("limit", type_=Integer)))


@cache
def _listing(names: frozenset[str], *, bound: bool) -> Query:
    statement = _SHOWN.where(in_scope(cases.c.territory), *(_FILTERS[name]() for name in sorted(names)))
    return _page(statement.where(linked(cases.c.id)) if bound else statement)


@cache
def _own_listing(names: frozenset[str]) -> Query:
    mine = _SHOWN.where(cases.c.filed_by == bindparam("person"), visible_case(cases, cases.c.id))
    return _page(mine.where(*(_FILTERS[name]() for name in sorted(names))))


async def list_cases(
    work: Work, *, filters: Mapping[str, object], after: UUID | None, limit: int
) -> list[Row]:
    """Return up to `limit` cases within the caller's sight, the newest first.

    Filters: state, leaf, channel, host_unit, estate_id, territory (that code and all below), overdue.
    """
    values = _values(filters, after=after, now=work.now)
    bound = is_bound(work.actor)
    query = _listing(_names(filters, after=after), bound=bound)
    return await work.fetch_all(query, limit=limit, **values, **(await parties(work) if bound else {}))


async def list_own_cases(
    work: Work, *, filters: Mapping[str, object], after: UUID | None, limit: int
) -> list[Row]:
    """Return up to `limit` cases that the caller filed, the newest first."""
    query = _own_listing(_names(filters, after=after))
    values = _values(filters, after=after, now=work.now)
    return await work.fetch_all(query, limit=limit, person=work.actor.person, **values, **await sight(work))


async def case_row(work: Work, case_id: UUID) -> Row | None:
    """Return one case as a screen shows it, if the caller may see it."""
    return await work.fetch_one(_ONE, id=case_id, **await sight(work))


def _names(filters: Mapping[str, object], *, after: UUID | None) -> frozenset[str]:
    return frozenset(filters) | ({"after"} if after is not None else frozenset())


def _values(filters: Mapping[str, object], *, after: UUID | None, now: datetime) -> dict[str, object]:
    values = {name: value for name, value in filters.items() if name not in {"territory", "overdue"}}
    if "territory" in filters:
        within = Scope(str(filters["territory"]))
        values |= {"within_low": within.low, "within_high": within.high}
    if "overdue" in filters:
        values["now"] = now
    if after is not None:
        values["after"] = after
    return values
