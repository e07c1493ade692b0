"""Sections of the file: complaints, joint meetings, resolution items, hotline orders."""

from typing import Final
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, select

from shared.storage import Query, Work
from supervision.estate_files.queries.limits import LATEST
from supervision.estate_files.queries.views import (
    ComplaintsView,
    ComplaintView,
    ItemsView,
    ItemView,
    MeetingView,
    OrdersView,
)
from supervision.estate_files.storage.standing import CASE_OPEN, CASE_OVERDUE, ITEM_OVERDUE, ITEM_OWED
from supervision.tables import cases, items, meeting_cases, meetings, orders

__all__ = ["complaints_of", "items_of", "meetings_of", "orders_of"]

_ESTATE: Final[BindParameter[UUID]] = bindparam("estate_id")
_cases, _items = cases.c, items.c
_resolved = _cases.state == "resolved"
_verified = _items.state == "verified"

_COMPLAINT_COUNTS: Final = Query(
    select(
        func.count().filter(_cases.state == "received").label("received"),
        func.count().filter(_cases.state == "accepted").label("accepted"),
        func.count().filter(CASE_OPEN).label("open"),
        func.count().filter(CASE_OVERDUE).label("overdue"),
        func.count().filter(_resolved).label("resolved"),
        func.count().filter(and_(_resolved, ~_cases.late)).label("resolved_on_time"),
        func.count().filter(_cases.state == "rejected").label("rejected"),
        func.count().filter(_cases.state == "merged").label("merged"),
        func.count().filter(_cases.liability_said.is_not(None)).label("liability_confirmed"),
    ).where(_cases.estate_id == _ESTATE)
)
_LATEST_COMPLAINTS: Final = Query(
    select(cases, CASE_OVERDUE.label("overdue"))
    .where(_cases.estate_id == _ESTATE)
    .order_by(_cases.received_at.desc().nulls_first(), _cases.id.desc())
    .limit(LATEST)
)
_MEETINGS: Final = Query(
    select(meetings, func.count().label("cases"))
    .join(meeting_cases, meeting_cases.c.meeting_id == meetings.c.id)
    .join(cases, _cases.id == meeting_cases.c.case_id)
    .where(_cases.estate_id == _ESTATE)
    .group_by(meetings.c.id)
    .order_by(meetings.c.starts_at.desc(), meetings.c.id.desc())
    .limit(LATEST)
)
_ITEM_COUNTS: Final = Query(
    select(
        func.count().filter(ITEM_OWED).label("open"),
        func.count().filter(ITEM_OVERDUE).label("overdue"),
        func.count().filter(_verified).label("verified"),
        func.count().filter(and_(_verified, _items.on_time)).label("verified_on_time"),
    ).where(_items.estate_id == _ESTATE)
)
_LATEST_ITEMS: Final = Query(
    select(items, ITEM_OVERDUE.label("overdue"))
    .where(_items.estate_id == _ESTATE)
    .order_by(_items.due_at.desc().nulls_first(), _items.id.desc())
    .limit(LATEST)
)
_ORDERS: Final = Query(
    select(orders.c.kind, func.count().label("count"))
    .where(orders.c.estate_code == bindparam("code"))
    .group_by(orders.c.kind)
    .order_by(orders.c.kind)
)


async def complaints_of(work: Work, *, estate_id: UUID) -> ComplaintsView:
    """Return how the complaints stand, and the latest."""
    counts = await work.fetch_one(_COMPLAINT_COUNTS, estate_id=estate_id)
    latest = await work.fetch_all(_LATEST_COMPLAINTS, estate_id=estate_id)
    return ComplaintsView.model_validate(
        {**dict(counts or {}), "latest": [ComplaintView.model_validate(dict(row)) for row in latest]}
    )


async def meetings_of(work: Work, *, estate_id: UUID) -> list[MeetingView]:
    """Return the joint meetings that dealt with its complaints, the latest first."""
    rows = await work.fetch_all(_MEETINGS, estate_id=estate_id)
    return [MeetingView.model_validate(dict(row)) for row in rows]


async def items_of(work: Work, *, estate_id: UUID) -> ItemsView:
    """Return how the duties stand, and the latest."""
    counts = await work.fetch_one(_ITEM_COUNTS, estate_id=estate_id)
    latest = await work.fetch_all(_LATEST_ITEMS, estate_id=estate_id)
    return ItemsView.model_validate(
        {**dict(counts or {}), "latest": [ItemView.model_validate(dict(row)) for row in latest]}
    )


async def orders_of(work: Work, *, code: str) -> OrdersView:
    """Return how many orders named the estate by its code."""
    by_kind = {row["kind"]: row["count"] for row in await work.fetch_all(_ORDERS, code=code)}
    return OrdersView(total=sum(by_kind.values()), by_kind=by_kind)
