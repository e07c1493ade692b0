"""Resolution items for screens."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, DateTime, and_, bindparam, select

from dispute_mediation.items.domain import OWED
from dispute_mediation.sight import is_bound, linked, parties
from dispute_mediation.tables import among, items
from shared.storage import Listing, Orders, Row, Work, equal, in_scope, since, standing, until, within
from shared.web import Page, PageRequest

__all__ = ["ITEM_ORDERS", "list_items"]

Shown = TypeVar("Shown")


def _overdue() -> ColumnElement[bool]:
    return and_(among(items.c.state, OWED), items.c.due_at <= bindparam("now", type_=DateTime(timezone=True)))


ITEM_ORDERS: Final = Orders("-id", id=(items.c.id,), due_at=(items.c.due_at, items.c.id))
_FILTERS: Final = {
    "state": equal(items.c.state, "state"),
    "unit": equal(items.c.unit, "unit"),
    "org": equal(items.c.org, "org"),
    "meeting_id": equal(items.c.meeting_id, "meeting_id"),
    "case_id": equal(items.c.case_id, "case_id"),
    "territory": within(items.c.territory),
    "since": since(items.c.due_at),
    "until": until(items.c.due_at),
    "overdue": standing(_overdue()),
}
_HERE: Final = select(items).where(in_scope(items.c.territory))
_OF_OFFICES: Final = Listing(_HERE, orders=ITEM_ORDERS, filters=_FILTERS)
_OF_BOUND: Final = Listing(_HERE.where(linked(items.c.case_id)), orders=ITEM_ORDERS, filters=_FILTERS)


async def list_items(
    work: Work, *, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the items within the caller's sight, the newest first.

    Filters: state, unit, org, meeting_id, case_id, territory (that code and all below), since, until (due),
    overdue.
    """
    values: dict[str, object] = {"now": work.now} if filters.get("overdue") else {}
    if is_bound(work.actor):
        values |= await parties(work)
        return await paging.read(work, _OF_BOUND, view=view, filters=filters, **values)
    return await paging.read(work, _OF_OFFICES, view=view, filters=filters, **values)
