"""The log as rows. It only ever grows: the database refuses a change."""

from dataclasses import asdict
from typing import Final

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Uuid, insert
from sqlalchemy.dialects.postgresql import JSONB

from exchange.log.domain import Direction, Exchange, Matter
from exchange.schema import code, metadata, moment, one_of, text
from shared.kernel import new_id
from shared.storage import DISTRICT, Query, Work, led_index, territory_column

__all__ = ["exchange_log", "record_exchange"]

exchange_log: Final = Table(
    "exchange_log",
    metadata,
    Column("id", Uuid, primary_key=True),
    moment("at"),
    text("direction"),
    text("resource"),
    code("party", nullable=True),
    text("caller"),
    text("role"),
    text("receiver"),
    text("purpose"),
    text("legal_basis"),
    Column("grant_id", Uuid, ForeignKey("grants.id")),
    Column("items", JSONB, nullable=False),
    Column("count", Integer, nullable=False),
    code("digest"),
    territory_column(),
    text("traceparent", nullable=True),
    one_of("direction", Direction),
    one_of("resource", Matter),
    CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="sm3"),
    CheckConstraint("count >= 0", name="count"),
    Index("ix_exchange_log_party", "party", "id"),
    led_index("ix_exchange_log_district", DISTRICT, "id", "territory"),
)

_RECORD: Final = Query(insert(exchange_log))


async def record_exchange(work: Work, exchange: Exchange) -> None:
    """Put an exchange of the acting person on record, in the territory they act in."""
    await work.execute(
        _RECORD,
        **(asdict(exchange) | {"items": dict(exchange.items)}),
        id=new_id(),
        at=work.now,
        caller=work.actor.person,
        role=work.actor.role,
        receiver=exchange.receiver,
        territory=work.scope.prefix,
        traceparent=work.occasion.traceparent,
    )
