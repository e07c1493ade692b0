"""Lists of cases, the newest first if nothing else is asked for."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, and_, bindparam, select

from dispute_mediation.complaints.domain import OPEN
from dispute_mediation.sight import is_bound, linked_cases, parties, sight, visible_case
from dispute_mediation.tables import among, cases, known_estates, leaves
from shared.storage import (
    DISTRICT,
    TOWN,
    Listing,
    Orders,
    Query,
    Row,
    Work,
    equal,
    in_scope,
    since,
    standing,
    until,
    within,
)
from shared.web import Page, PageRequest

__all__ = ["CASE_ORDERS", "case_row", "list_cases", "list_own_cases"]

Shown = TypeVar("Shown")

# What a screen shows beside the case itself. Looked up for each row: a join, of which PostgreSQL expects too
# few rows, would be made before the page is cut.
_NAMES: Final = (
    select(leaves.c.name_zh).where(leaves.c.code == cases.c.leaf).scalar_subquery().label("leaf_name"),
    select(known_estates.c.estate_name)
    .where(known_estates.c.estate_id == cases.c.estate_id)
    .scalar_subquery()
    .label("estate_name"),
)
_LINE: Final = (
    *(cases.c.id, cases.c.case_no, cases.c.territory, cases.c.state, cases.c.channel, cases.c.leaf),
    *(cases.c.urgency, cases.c.estate_id, cases.c.estate_code, cases.c.org, cases.c.host_unit),
    *(cases.c.received_at, cases.c.due_at, cases.c.due_provisional, cases.c.repeat_count),
)
_SHOWN: Final = select(*_LINE, *_NAMES)
_ONE: Final = Query(
    select(cases, *_NAMES).where(cases.c.id == bindparam("id"), visible_case(cases, cases.c.id))
)


def _overdue() -> ColumnElement[bool]:
    return and_(among(cases.c.state, OPEN), cases.c.due_at <= bindparam("now", type_=DateTime(timezone=True)))


CASE_ORDERS: Final = Orders("-id", id=(cases.c.id,), received_at=(cases.c.received_at, cases.c.id))
_FILTERS: Final = {
    "state": equal(cases.c.state, "state"),
    "leaf": equal(cases.c.leaf, "leaf"),
    "channel": equal(cases.c.channel, "channel"),
    "urgency": equal(cases.c.urgency, "urgency"),
    "host_unit": equal(cases.c.host_unit, "host_unit"),
    "estate_id": equal(cases.c.estate_id, "estate_id"),
    "territory": within(cases.c.territory),
    "since": since(cases.c.received_at),
    "until": until(cases.c.received_at),
    "overdue": standing(_overdue()),
}
_HERE: Final = _SHOWN.where(in_scope(cases.c.territory))
_OF_OFFICES: Final = Listing(
    _HERE,
    orders=CASE_ORDERS,
    filters=_FILTERS,
    led_by=cases.c.territory,
    leads={"id": (TOWN, DISTRICT), "received_at": (DISTRICT,)},
)
_OF_BOUND: Final = Listing(_HERE.where(linked_cases()), orders=CASE_ORDERS, filters=_FILTERS)
_OWN: Final = Listing(
    _SHOWN.where(cases.c.filed_by == bindparam("person"), visible_case(cases, cases.c.id)),
    orders=CASE_ORDERS,
    filters=_FILTERS,
)


async def list_cases(
    work: Work, *, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the cases within the caller's sight, the newest first.

    Filters: state, leaf, channel, urgency, host_unit, estate_id, territory (that code and all
    below), since, until (received), overdue.
    """
    values: dict[str, object] = {"now": work.now} if filters.get("overdue") else {}
    if is_bound(work.actor):
        values |= await parties(work)
        return await paging.read(work, _OF_BOUND, view=view, filters=filters, **values)
    return await paging.read(work, _OF_OFFICES, view=view, filters=filters, **values)


async def list_own_cases(
    work: Work, *, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the cases that the caller filed, the newest first."""
    person = work.actor.person
    return await paging.read(work, _OWN, view=view, filters=filters, person=person, **await sight(work))


async def case_row(work: Work, case_id: UUID) -> Row | None:
    """Return one case as a screen shows it, if the caller may see it."""
    return await work.fetch_one(_ONE, id=case_id, **await sight(work))
