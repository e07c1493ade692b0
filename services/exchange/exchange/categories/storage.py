"""The category map as rows: shipped ones, and what a district adds."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import CheckConstraint, Table, select
from sqlalchemy.dialects.postgresql import insert

from exchange.schema import code, metadata, text
from shared.storage import Query, Work

__all__ = ["category_map", "leaves_by_pattern", "put_patterns"]

category_map: Final = Table(
    "category_map",
    metadata,
    code("pattern", primary_key=True),
    code("leaf"),
    text("source"),
    CheckConstraint("leaf ~ '^[A-Z]{3}-[0-9]{2}$'", name="leaf"),
)

_new = insert(category_map)
_PUT: Final = Query(
    _new.on_conflict_do_update(
        index_elements=["pattern"], set_={"leaf": _new.excluded.leaf, "source": _new.excluded.source}
    )
)
_ALL: Final = Query(select(category_map.c.pattern, category_map.c.leaf))


async def leaves_by_pattern(work: Work) -> Mapping[str, str]:
    """Return every pattern with its leaf."""
    return {row["pattern"]: row["leaf"] for row in await work.fetch_all(_ALL)}


async def put_patterns(work: Work, rows: Iterable[Mapping[str, str]]) -> None:
    """Put patterns in place, each with its leaf and source."""
    await work.execute_many(_PUT, rows)
