"""The tables of an order: what was said and how far it has come; who called stands apart, to be forgotten."""

from typing import Final

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from exchange.orders.domain import Kind, Result, Status, Urgency
from exchange.schema import code, metadata, moment, one_of, text
from shared.storage import DISTRICT, led_index, readable, territory_column

__all__ = ["order_callers", "orders"]

MARK_DIGITS: Final = 32

orders: Final = Table(
    "orders",
    metadata,
    Column("id", Uuid, primary_key=True),
    code("order_no"),
    territory_column(),
    text("source_channel"),
    moment("received_at"),
    Column("secret_flag", Boolean, nullable=False),
    text("type"),
    text("category_code"),
    code("leaf"),
    text("title"),
    text("content"),
    text("place_text"),
    code("estate_code", nullable=True),
    Column("longitude_e6", Integer),
    Column("latitude_e6", Integer),
    text("urgency"),
    Column("attachments", JSONB, nullable=False),
    code("repeat_of", nullable=True),
    code("caller_mark", nullable=True),
    text("status"),
    moment("dispatch_at", nullable=True),
    moment("sign_due", nullable=True),
    moment("handle_due", nullable=True),
    text("host_unit", nullable=True),
    Column("assist_units", ARRAY(Text), nullable=False),
    Column("return_count", Integer),
    Column("extension", JSONB),
    text("reply_text", nullable=True),
    moment("replied_at", nullable=True),
    text("result", nullable=True),
    Column("callback", JSONB),
    moment("imported_at"),
    text("imported_by"),
    code("party", nullable=True),
    Column("version", Integer, nullable=False),
    one_of("type", Kind),
    one_of("urgency", Urgency),
    one_of("status", Status),
    one_of("result", Result),
    CheckConstraint(f"caller_mark ~ '^[0-9a-f]{{{MARK_DIGITS}}}$'", name="caller_mark"),
    CheckConstraint("(longitude_e6 IS NULL) = (latitude_e6 IS NULL)", name="point"),
    Index("uq_orders_order_no", "order_no", unique=True),
    Index("ix_orders_party", "party", "id"),
    led_index("ix_orders_district", DISTRICT, "id", "territory"),
    led_index("ix_orders_district_order_no", DISTRICT, "order_no", "territory"),
    led_index("ix_orders_district_status", DISTRICT, "status", "id", "territory"),
    led_index("ix_orders_district_leaf", DISTRICT, "leaf", "id", "territory"),
)
readable(
    orders,
    "id order_no territory source_channel received_at type category_code leaf estate_code urgency status "
    "dispatch_at sign_due handle_due host_unit assist_units return_count replied_at result imported_at "
    "version",
)

# Sealed; apart from the order, so that it can be deleted three years after the end (Y-07).
order_callers: Final = Table(
    "order_callers",
    metadata,
    Column("order_id", Uuid, ForeignKey("orders.id"), primary_key=True),
    text("name", nullable=True),
    text("phone", nullable=True),
    CheckConstraint("name IS NOT NULL OR phone IS NOT NULL", name="somebody"),
)
