"""Orders for screens, with persons masked; of an order under secrecy nobody is shown at all."""

from dataclasses import fields
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from sqlalchemy import bindparam

from exchange.orders.access import grounds_for_orders
from exchange.orders.domain import Kind, Order, Progress, Result, Statement, Status, Urgency
from exchange.orders.facts import masked_place
from exchange.orders.storage import ORDERS, load_order, order_of
from exchange.orders.tables import orders
from shared.kernel import mask_free_text, mask_name, mask_phone
from shared.storage import Query, Row, Work
from shared.web import Page, PageRequest, View

__all__ = ["OrderDetail", "OrderView", "list_orders", "the_order"]

_AFTER_ALL: Final = UUID(int=2**128 - 1)
_newest = (
    ORDERS.where(orders.c.id < bindparam("before")).order_by(orders.c.id.desc()).limit(bindparam("limit"))
)
_LIST: Final = Query(_newest)
_LIST_OF_STATUS: Final = Query(_newest.where(orders.c.status == bindparam("status")))


class OrderView(View):
    """An order as the list shows it."""

    id: UUID
    order_no: str
    type: Kind
    leaf: str
    title: str
    territory_code: str
    estate_code: str | None
    urgency: Urgency
    status: Status
    received_at: datetime
    sign_due: datetime | None
    handle_due: datetime | None
    version: int

    @classmethod
    def of(cls, order: Order) -> Self:
        """Return the view of an order, as much of it as this view shows."""
        return cls.model_validate(_shown(order))


class AttachmentView(View):
    """A file the hotline keeps."""

    name: str
    sha256: str


class ExtensionView(View):
    """More time: why, by whose leave, until when."""

    reason: str
    approver: str
    new_due: datetime


class CallbackView(View):
    """What the caller said when asked."""

    at: datetime
    contacted: bool
    solved: bool | None
    satisfied: bool | None


class OrderDetail(OrderView):
    """An order whole, masked. `caller_name` and `caller_phone` are null where secrecy was asked for."""

    source_channel: str
    category_code: str
    caller_name: str | None
    caller_phone: str | None
    secret_flag: bool
    content: str
    place_text: str
    attachments: list[AttachmentView]
    repeat_of: str | None
    dispatch_at: datetime | None
    host_unit: str | None
    assist_units: list[str]
    return_count: int | None
    extension: ExtensionView | None
    reply_text: str | None
    replied_at: datetime | None
    result: Result | None
    callback: CallbackView | None
    imported_at: datetime
    imported_by: str


async def list_orders(work: Work, *, status: Status | None, paging: PageRequest) -> Page[OrderView]:
    """Return the orders of the caller's territory, the newest first; raise OrdersNotGranted."""
    await grounds_for_orders(work)
    after = paging.after(status=status)
    before = UUID(after[0]) if after else _AFTER_ALL
    chosen = {} if status is None else {"status": status.value}
    query = _LIST if status is None else _LIST_OF_STATUS
    rows = await work.fetch_all(query, before=before, limit=paging.limit + 1, **chosen)
    return paging.page(rows, view=_view, order=lambda row: [row["id"]], filters={"status": status})


async def the_order(work: Work, *, order_no: str) -> OrderDetail:
    """Return an order by its number; raise OrdersNotGranted and OrderNotFound."""
    await grounds_for_orders(work)
    return OrderDetail.of(await load_order(work, order_no=order_no))


def _view(row: Row) -> OrderView:
    return OrderView.of(order_of(row))


def _shown(order: Order) -> dict[str, object]:
    parts = (order, order.statement, order.progress)
    named = {each.name: getattr(part, each.name) for part in parts for each in fields(part)}
    return named | _masked_words(order.statement, order.progress) | _masked_caller(order.statement)


def _masked_words(statement: Statement, progress: Progress) -> dict[str, str | None]:
    return {
        "title": mask_free_text(statement.title),
        "content": mask_free_text(statement.content),
        "place_text": masked_place(statement.place_text),
        "reply_text": mask_free_text(progress.reply_text) if progress.reply_text else None,
    }


def _masked_caller(statement: Statement) -> dict[str, str | None]:
    caller = None if statement.secret_flag else statement.caller
    return {
        "caller_name": mask_name(caller.name) if caller and caller.name else None,
        "caller_phone": mask_phone(caller.phone) if caller and caller.phone else None,
    }
