"""Routes of 12345 orders: a batch in, the list, one order."""

from collections import Counter
from typing import Annotated, Final
from uuid import UUID

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from exchange.log.digest import sm3_hex
from exchange.orders.commands import LineResult, Outcome, import_orders
from exchange.orders.domain import Draft, Kind, Status
from exchange.orders.lines import Lines, explain_line, read_line
from exchange.orders.queries import ORDER_ORDERS, OrderDetail, OrderView, list_orders, the_order
from shared.identity import Permission
from shared.web import (
    PROBLEM_TYPE,
    BadRequest,
    Body,
    Code,
    CurrentWork,
    Moment,
    Page,
    PageRequest,
    Router,
    Territory,
    View,
    language_of,
    needs,
    ordered,
)

__all__ = ["router"]

_NUMBER: Final[TypeAdapter[str]] = TypeAdapter(Code)

router = Router(
    prefix="/orders",
    tags=["orders"],
    about="12345 等渠道的工单：接收与办理状态。/ "
    "Orders of 12345 and other channels: taken in, and how they stand.",
)


class OrderLineUnreadable(BadRequest):
    """A line of the batch is no order; `errors` says which fields."""

    zh = "第 {line} 行（从 0 起）填写不正确，请按 errors 中的提示修改后重新报送。"
    en = "Line {line}, counted from 0, cannot be read. Correct what `errors` names and send it again."


class Batch(Body):
    """Up to 500 orders. Each is judged by itself."""

    orders: Lines


class FieldError(View):
    """What is wrong with a field."""

    pointer: str
    detail: str
    code: str


class LineView(View):
    """What became of a line, counted from 0.

    Taken with `order_version` 1 it is a new order, with a later one a known order that moved on. A refused
    line says why by a stable `type`, a sentence, and the fields that cannot be read.
    """

    line: int
    outcome: Outcome
    order_no: str | None = None
    order_id: UUID | None = None
    leaf: str | None = None
    order_version: int | None = None
    type: str | None = None
    detail: str | None = None
    errors: tuple[FieldError, ...] = ()


class BatchView(View):
    """The result of a batch: `rows = taken + unchanged + refused`; `moved_on` of the taken were known."""

    rows: int
    taken: int
    moved_on: int
    unchanged: int
    refused: int
    lines: list[LineView]


@router.post("", operation_id="take_in_orders", summary="接收外部工单")
@needs(Permission.ORDER_IMPORT)
async def take_in(body: Batch, request: Request, work: CurrentWork) -> BatchView:
    """Take in a batch of orders; sending it again changes nothing."""
    read = [read_line(line) for line in body.orders]
    drafts = [line for line in read if isinstance(line, Draft)]
    results = iter(
        await import_orders(
            work, drafts=drafts, unreadable=len(read) - len(drafts), digest=sm3_hex(await request.body())
        )
    )
    language = language_of(request)
    lines = [
        _judged(place, line, next(results), language=language)
        if isinstance(line, Draft)
        else _unreadable(place, body.orders[place], line, language=language)
        for place, line in enumerate(read)
    ]
    return _counted(lines)


@router.get("", operation_id="list_orders", summary="列出外部工单")
@needs(Permission.ORDER_IMPORT)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(ORDER_ORDERS)],
    *,
    status: Status | None = None,
    type: Kind | None = None,  # noqa: A002 - the field's name in an order
    leaf: Code | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[OrderView]:
    """List the orders, the newest first; `since` and `until` are about when one was received."""
    return await list_orders(
        work,
        paging=paging,
        status=status,
        type=type,
        leaf=leaf,
        territory=territory,
        since=since,
        until=until,
    )


@router.get("/{order_no}", operation_id="show_order", summary="查看一件外部工单")
@needs(Permission.ORDER_IMPORT)
async def one(order_no: Code, work: CurrentWork) -> OrderDetail:
    """Show an order with its caller masked."""
    return await the_order(work, order_no=order_no)


def _judged(place: int, draft: Draft, result: LineResult, *, language: str) -> LineView:
    order, refusal = result.order, result.refusal
    return LineView(
        line=place,
        outcome=result.outcome,
        order_no=draft.order_no,
        order_id=order.id if order else None,
        leaf=order.leaf if order else None,
        order_version=order.version if order else None,
        type=PROBLEM_TYPE + refusal.slug() if refusal else None,
        detail=refusal.sentence(language) if refusal else None,
    )


def _unreadable(place: int, line: object, wrong: ValidationError, *, language: str) -> LineView:
    refusal = OrderLineUnreadable(line=place)
    return LineView(
        line=place,
        outcome=Outcome.REFUSED,
        order_no=_number_in(line),
        type=PROBLEM_TYPE + refusal.slug(),
        detail=refusal.sentence(language),
        errors=tuple(map(FieldError.model_validate, explain_line(wrong, place=place, language=language))),
    )


def _number_in(line: object) -> str | None:
    """Return the order number of a line that cannot be read, if that at least can."""
    try:
        return _NUMBER.validate_python(line.get("order_no")) if isinstance(line, dict) else None
    except ValidationError:
        return None


def _counted(lines: list[LineView]) -> BatchView:
    counts = Counter(line.outcome for line in lines)
    return BatchView(
        rows=len(lines),
        taken=counts[Outcome.TAKEN],
        moved_on=sum(_moved_on(line) for line in lines),
        unchanged=counts[Outcome.UNCHANGED],
        refused=counts[Outcome.REFUSED],
        lines=lines,
    )


def _moved_on(line: LineView) -> bool:
    return line.outcome is Outcome.TAKEN and line.order_version != 1
