"""Orders for screens, with persons masked; of an order under secrecy nobody is shown at all.

A department sees what it handed over itself, and without the words if its grant is of level 0.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from functools import partial
from typing import Final, Self
from uuid import UUID

from exchange.orders.access import grounds_for_orders
from exchange.orders.domain import Kind, Order, Progress, Result, Statement, Status, Urgency
from exchange.orders.facts import masked_place
from exchange.orders.storage import ORDERS, load_order, order_of
from exchange.orders.tables import orders
from shared.kernel import mask_free_text, mask_name, mask_phone
from shared.storage import DISTRICT, Listing, Orders, Row, Work, equal, since, until, within
from shared.web import Page, PageRequest, View

__all__ = ["ORDER_ORDERS", "OrderDetail", "OrderView", "list_orders", "the_order"]

_LIST: Final = Listing(
    ORDERS,
    orders=Orders("-id", id=(orders.c.id,), order_no=(orders.c.order_no,)),
    filters={
        "whose": equal(orders.c.party, "whose"),
        "status": equal(orders.c.status, "status"),
        "type": equal(orders.c.type, "type"),
        "leaf": equal(orders.c.leaf, "leaf"),
        "territory": within(orders.c.territory),
        "since": since(orders.c.received_at),
        "until": until(orders.c.received_at),
    },
    led_by=orders.c.territory,
    leads={"id": (DISTRICT,), "order_no": (DISTRICT,)},
)
ORDER_ORDERS: Final = _LIST.orders
# What stands for the words and the caller where the grant withholds them.
_WITHHELD: Final[Mapping[str, str | None]] = {
    "title": "***",
    "content": "***",
    "place_text": "***",
    "caller_name": None,
    "caller_phone": None,
}


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
    def of(cls, order: Order, *, withheld: bool) -> Self:
        """Return the view of an order, as much of it as this view and the grant show."""
        return cls.model_validate({**_shown(order), **(_WITHHELD if withheld else {})})


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


async def list_orders(work: Work, *, paging: PageRequest, **filters: object) -> Page[OrderView]:
    """Return the caller's orders, the newest first; raise OrdersNotGranted.

    The liaison's are all of the territory, a department's those it handed over itself. Filters: status, type,
    leaf, territory (that code and all below), since, until (received).
    """
    grounds = await grounds_for_orders(work)
    view = partial(_view, withheld=grounds.withheld)
    return await paging.read(work, _LIST, view=view, filters={"whose": grounds.party, **filters})


async def the_order(work: Work, *, order_no: str) -> OrderDetail:
    """Return an order by its number; raise OrdersNotGranted and OrderNotFound."""
    grounds = await grounds_for_orders(work)
    order = await load_order(work, order_no=order_no, whose=grounds.party)
    return OrderDetail.of(order, withheld=grounds.withheld)


def _view(row: Row, *, withheld: bool) -> OrderView:
    return OrderView.of(order_of(row), withheld=withheld)


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
