"""Routes of 12345 orders: a batch in, the list, one order."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from fastapi import Path, Request
from pydantic import ValidationError

from exchange.log.digest import sm3_hex
from exchange.orders.commands import LineResult, Outcome, import_orders
from exchange.orders.domain import Draft, Status
from exchange.orders.lines import Lines, explain_line, read_line
from exchange.orders.queries import OrderDetail, OrderView, list_orders, the_order
from shared.identity import Permission
from shared.kernel import Refusal
from shared.web import (
    PROBLEM_TYPE,
    Body,
    Code,
    CurrentWork,
    Page,
    Paging,
    Router,
    View,
    language_of,
    needs,
)

__all__ = ["router"]

LINE_UNREADABLE = "order-line-unreadable"

router = Router(prefix="/orders", tags=["orders"])


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

    Taken at `version` 1 it is a new order, at a later one a known order that moved on. A refused line says why
    by a stable `type`, a sentence, and the fields that cannot be read.
    """

    line: int
    outcome: Outcome
    order_no: str | None = None
    order_id: UUID | None = None
    leaf: str | None = None
    order_version: int | None = None
    type: str | None = None
    detail: str | None = None
    errors: list[FieldError] = []


class BatchView(View):
    """The result of a batch: `rows = taken + unchanged + refused`; `moved_on` counts the taken known before."""

    rows: int
    taken: int
    moved_on: int
    unchanged: int
    refused: int
    lines: list[LineView]
