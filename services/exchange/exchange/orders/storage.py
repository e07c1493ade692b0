"""Orders as rows, found and locked by their number."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from exchange.orders.callers import opened, sealed
from exchange.orders.domain import (
    Attachment,
    Callback,
    Extension,
    Kind,
    Order,
    OrderNotFound,
    Progress,
    Result,
    Statement,
    Status,
    Urgency,
)
from exchange.orders.tables import order_callers, orders
from shared.storage import Query, Row, Work, in_scope

__all__ = ["ORDERS", "insert_order", "load_order", "lock_order", "order_of", "orders_by_number", "save_order"]

_rows = orders.c
# Every order of the caller's territory, with its caller under seal.
ORDERS: Final = (
    select(orders, order_callers.c.name.label("caller_name"), order_callers.c.phone.label("caller_phone"))
    .outerjoin(order_callers, order_callers.c.order_id == _rows.id)
    .where(in_scope(_rows.territory))
)
_whose = bindparam("whose", type_=Text)
# A department has its own orders alone; whoever acts by office is given as no party and has them all.
_own = or_(_whose.is_(None), _rows.party == _whose)
_by_number = ORDERS.where(_rows.order_no == bindparam("order_no"), _own)
_BY_NUMBER: Final = Query(_by_number)
_LOCK: Final = Query(_by_number.with_for_update(of=orders))
_BY_NUMBERS: Final = Query(
    ORDERS.where(_rows.order_no == func.any(bindparam("numbers", type_=ARRAY(Text))), _own)
)
_INSERT: Final = Query(upsert(orders).on_conflict_do_nothing(index_elements=["order_no"]).returning(_rows.id))
_INSERT_CALLER: Final = Query(insert(order_callers))
_PROGRESS: Final = (
    "status",
    "dispatch_at",
    "sign_due",
    "handle_due",
    "host_unit",
    "assist_units",
    "return_count",
    "extension",
    "reply_text",
    "replied_at",
    "result",
    "callback",
)
_SAVE: Final = Query(
    update(orders)
    .where(_rows.id == bindparam("of"), _rows.version == bindparam("read"), in_scope(_rows.territory), _own)
    .values({name: bindparam(f"new_{name}") for name in (*_PROGRESS, "version")})
)


async def load_order(work: Work, *, order_no: str, whose: str | None) -> Order:
    """Return an order, of one party or of any; raise OrderNotFound."""
    return order_of(await work.load(_BY_NUMBER, missing=OrderNotFound, order_no=order_no, whose=whose))


async def orders_by_number(work: Work, numbers: Sequence[str], *, whose: str | None) -> Mapping[str, Order]:
    """Return those of the orders that are on record, of one party or of any, as they are just now."""
    rows = await work.fetch_all(_BY_NUMBERS, numbers=list(numbers), whose=whose)
    return {row["order_no"]: order_of(row) for row in rows}


async def lock_order(work: Work, *, order_no: str, whose: str | None) -> Order | None:
    """Return an order that nobody else moves on until this unit of work ends.

    None if it is not in the territory, or of another party than the one asked for.
    """
    row = await work.fetch_one(_LOCK, order_no=order_no, whose=whose)
    return order_of(row) if row else None


async def insert_order(work: Work, order: Order) -> bool:
    """Insert an order and say whether its number was free; wait for one who is just taking it."""
    if await work.fetch_one(_INSERT, **_values(order)) is None:
        return False
    caller = order.statement.caller
    if caller is not None:
        await work.execute(_INSERT_CALLER, order_id=order.id, **sealed(caller, order_id=order.id))
    return True


async def save_order(work: Work, order: Order, *, whose: str | None) -> None:
    """Save the next version of an order, of one party or of any; raise ChangedMeanwhile."""
    new = {f"new_{name}": value for name, value in _progress(order.progress).items()}
    read = order.version - 1
    await work.save(_SAVE, of=order.id, read=read, whose=whose, new_version=order.version, **new)


def order_of(row: Row) -> Order:
    """Read a row."""
    return Order(
        id=row["id"],
        order_no=row["order_no"],
        statement=_statement_of(row),
        progress=_progress_of(row),
        leaf=row["leaf"],
        caller_mark=row["caller_mark"],
        imported_at=row["imported_at"],
        imported_by=row["imported_by"],
        party=row["party"],
        version=row["version"],
    )


def _statement_of(row: Row) -> Statement:
    return Statement(
        source_channel=row["source_channel"],
        received_at=row["received_at"],
        caller=opened(name=row["caller_name"], phone=row["caller_phone"], order_id=row["id"]),
        secret_flag=row["secret_flag"],
        type=Kind(row["type"]),
        category_code=row["category_code"],
        title=row["title"],
        content=row["content"],
        place_text=row["place_text"],
        territory_code=row["territory"],
        estate_code=row["estate_code"],
        geo=None if row["longitude_e6"] is None else (row["longitude_e6"], row["latitude_e6"]),
        urgency=Urgency(row["urgency"]),
        attachments=tuple(Attachment(**each) for each in row["attachments"]),
        repeat_of=row["repeat_of"],
    )


def _progress_of(row: Row) -> Progress:
    return Progress(
        status=Status(row["status"]),
        dispatch_at=row["dispatch_at"],
        sign_due=row["sign_due"],
        handle_due=row["handle_due"],
        host_unit=row["host_unit"],
        assist_units=tuple(row["assist_units"]),
        return_count=row["return_count"],
        extension=_extension_of(row["extension"]),
        reply_text=row["reply_text"],
        replied_at=row["replied_at"],
        result=Result(row["result"]) if row["result"] else None,
        callback=_callback_of(row["callback"]),
    )


def _extension_of(stored: Mapping[str, str] | None) -> Extension | None:
    if stored is None:
        return None
    return Extension(
        reason=stored["reason"],
        approver=stored["approver"],
        new_due=datetime.fromisoformat(stored["new_due"]),
    )


def _callback_of(stored: Mapping[str, Any] | None) -> Callback | None:
    if stored is None:
        return None
    return Callback(
        at=datetime.fromisoformat(stored["at"]),
        contacted=stored["contacted"],
        solved=stored["solved"],
        satisfied=stored["satisfied"],
    )


def _values(order: Order) -> dict[str, object]:
    statement = order.statement
    longitude, latitude = statement.geo or (None, None)
    return {
        "id": order.id,
        "order_no": order.order_no,
        "territory": order.territory,
        "source_channel": statement.source_channel,
        "received_at": statement.received_at,
        "secret_flag": statement.secret_flag,
        "type": statement.type.value,
        "category_code": statement.category_code,
        "leaf": order.leaf,
        "title": statement.title,
        "content": statement.content,
        "place_text": statement.place_text,
        "estate_code": statement.estate_code,
        "longitude_e6": longitude,
        "latitude_e6": latitude,
        "urgency": statement.urgency.value,
        "attachments": [asdict(each) for each in statement.attachments],
        "repeat_of": statement.repeat_of,
        "caller_mark": order.caller_mark,
        "imported_at": order.imported_at,
        "imported_by": order.imported_by,
        "party": order.party,
        "version": order.version,
        **_progress(order.progress),
    }


def _progress(progress: Progress) -> dict[str, object]:
    extension, callback = progress.extension, progress.callback
    return {
        "status": progress.status.value,
        "dispatch_at": progress.dispatch_at,
        "sign_due": progress.sign_due,
        "handle_due": progress.handle_due,
        "host_unit": progress.host_unit,
        "assist_units": list(progress.assist_units),
        "return_count": progress.return_count,
        "extension": extension and {**asdict(extension), "new_due": extension.new_due.isoformat()},
        "reply_text": progress.reply_text,
        "replied_at": progress.replied_at,
        "result": progress.result.value if progress.result else None,
        "callback": callback and {**asdict(callback), "at": callback.at.isoformat()},
    }
