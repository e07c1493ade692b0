"""Resolution items in the database."""

from dataclasses import asdict, fields, replace
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from dispute_mediation.items.domain import Item, ItemNotFound, State
from dispute_mediation.sight import sight, visible_case
from dispute_mediation.tables import items
from shared.storage import Query, Row, Work

__all__ = ["find_item", "insert_item", "item_from", "load_item", "save_item"]

_CHANGING: Final = (
    "state",
    "stage",
    "objected",
    "objection",
    "decision_due_at",
    "claimed_by",
    "claimed_at",
    "claim",
    "verified_by",
    "verified_at",
)

_seen = visible_case(items, items.c.case_id)
_GET: Final = Query(select(items).where(items.c.id == bindparam("id"), _seen))
_PUT: Final = Query(insert(items))
_SAVE: Final = Query(
    update(items)
    .where(items.c.id == bindparam("key"), items.c.version == bindparam("read_version"), _seen)
    .values(version=bindparam("version"), **{name: bindparam(name) for name in _CHANGING})
)


async def load_item(work: Work, item_id: UUID) -> Item:
    """Return the item a command is about; raise ItemNotFound, or PreconditionFailed by If-Match."""
    return item_from(await work.load(_GET, missing=ItemNotFound, id=item_id, **await sight(work)))


async def find_item(work: Work, item_id: UUID) -> Item | None:
    """Return an item, if it is there and the caller may see it."""
    row = await work.fetch_one(_GET, id=item_id, **await sight(work))
    return item_from(row) if row else None


async def insert_item(work: Work, item: Item) -> None:
    """Write a new item."""
    await work.put(_PUT, **_row(item))


async def save_item(work: Work, item: Item) -> Item:
    """Write what changed; raise ChangedMeanwhile when someone else wrote since it was read."""
    saved = replace(item, version=item.version + 1)
    values = _row(saved)
    await work.save(
        _SAVE,
        key=item.id,
        read_version=item.version,
        version=saved.version,
        **{name: values[name] for name in _CHANGING},
        **await sight(work),
    )
    return saved


def item_from(row: Row) -> Item:
    """Return the item of a row."""
    values = {field.name: row[field.name] for field in fields(Item)}
    return Item(**{**values, "state": State(row["state"])})


def _row(item: Item) -> dict[str, object]:
    return {**asdict(item), "assist_units": list(item.assist_units)}
