"""The feed as rows.

A position is drawn from one counter row by the statement that inserts the entry, and the row stays locked
until the commit: so entries are committed in the order of their positions, without a gap, whatever number of
consumers writes. Whoever reads the counter can see every entry up to it; a reader that stops there loses
nothing to a transaction that is still under way.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Uuid,
    bindparam,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from exchange.departments.tables import grant_items
from exchange.feed.domain import Entry
from exchange.schema import code, metadata, moment, text
from shared.contracts import Event
from shared.storage import Query, Row, Work, in_scope, territory_column

__all__ = ["append", "entries_after", "feed_entries", "feed_head", "head"]

AFTER_DIGITS: Final = ":"

feed_head: Final = Table(
    "feed_head",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

feed_entries: Final = Table(
    "feed_entries",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Uuid, nullable=False),
    code("type"),
    text("source"),
    text("subject"),
    Column("subject_version", Integer, nullable=False),
    territory_column(),
    moment("recorded_at"),
    moment("received_at"),
    Column("pii_level", SmallInteger, nullable=False),
    Column("data", JSONB, nullable=False),
    CheckConstraint("pii_level IN (0, 1)", name="pii_level"),
    Index("uq_feed_entries_event_id", "event_id", unique=True),
)

_rows = feed_entries.c
_items = grant_items.c
_drawn = update(feed_head).values(last=feed_head.c.last + 1).returning(feed_head.c.last).cte("drawn")
_GIVEN: Final = [column for column in feed_entries.columns if column.name != "position"]
_APPEND: Final = Query(
    insert(feed_entries).from_select(
        ["position", *(column.name for column in _GIVEN)],
        select(_drawn.c.last, *(bindparam(column.name, type_=column.type) for column in _GIVEN)),
    )
)
_HEAD: Final = Query(select(feed_head.c.last))
_granted = exists().where(
    _items.grant_id == bindparam("grant_id"),
    _items.event_type == _rows.type,
    _rows.territory >= _items.territory,
    _rows.territory < _items.territory + literal(AFTER_DIGITS),
)
_AFTER: Final = Query(
    select(feed_entries)
    .where(
        _rows.position > bindparam("after"),
        _rows.position <= bindparam("until"),
        in_scope(_rows.territory),
        _granted,
    )
    .order_by(_rows.position)
    .limit(bindparam("limit"))
)


async def append(work: Work, event: Event) -> None:
    """Put a fact at the end of the feed; the reaction's unit of work says what its envelope was."""
    occasion = work.occasion
    cause = occasion.cause
    if cause is None or occasion.causation_id is None:
        message = f"{event.name} came without its envelope."
        raise ValueError(message)
    await work.execute(
        _APPEND,
        event_id=occasion.causation_id,
        type=event.name,
        source=cause.source,
        subject=cause.subject,
        subject_version=cause.subject_version,
        territory=cause.territory,
        recorded_at=cause.recorded_at,
        received_at=work.now,
        pii_level=event.pii_level,
        data=event.model_dump(mode="json"),
    )


async def head(work: Work) -> int:
    """Return the last position of the feed, 0 when it is empty: every entry up to it can be read."""
    row = await work.fetch_one(_HEAD)
    return int(row["last"]) if row else 0


async def entries_after(
    work: Work, *, after: int, until: int, grant_id: UUID | None, limit: int
) -> list[Entry]:
    """Return the entries of `(after, until]` that a grant covers, in the order of the feed."""
    rows = await work.fetch_all(_AFTER, after=after, until=until, grant_id=grant_id, limit=limit)
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    names = ("position", "event_id", "type", "source", "subject", "subject_version", "territory")
    more = ("recorded_at", "pii_level", "data")
    return Entry(**{name: row[name] for name in (*names, *more)})
