"""By which key each source knows an estate, and what it said of it last."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.estates.storage import estate_of
from estate_registry.imports.domain import Known
from estate_registry.tables import estate_sources, estates
from shared.storage import Query, Work, columns_of, in_scope, insert_rows

__all__ = ["known_by_key", "put_sources"]

_sources = estate_sources.c
_KNOWN: Final = Query(
    select(estates, _sources.key.label("source_key"), _sources.content_hash)
    .join(estate_sources, _sources.estate_id == estates.c.id)
    .where(
        _sources.source == bindparam("source"),
        _sources.key == func.any(bindparam("keys", type_=ARRAY(Text))),
        in_scope(estates.c.territory),
    )
)
_COLUMNS: Final = ("source", "key", "estate_id", "content_hash")
_new = insert_rows(estate_sources, *_COLUMNS)
_PUT: Final = Query(
    _new.on_conflict_do_update(
        index_elements=["source", "key"],
        set_={"content_hash": _new.excluded.content_hash, "estate_id": _new.excluded.estate_id},
    )
)


async def known_by_key(work: Work, *, source: str, keys: Sequence[str]) -> dict[str, Known]:
    """Return the estates that a source knows by these keys."""
    rows = await work.fetch_all(_KNOWN, source=source, keys=list(keys))
    return {row["source_key"]: Known(estate=estate_of(row), content_hash=row["content_hash"]) for row in rows}


async def put_sources(work: Work, *, source: str, known: Iterable[tuple[str, UUID, bytes]]) -> None:
    """Keep by which key a source knows an estate, and the digest of what it said last; each key once."""
    await work.execute(_PUT, **columns_of(_COLUMNS, ((source, *one) for one in known)))
