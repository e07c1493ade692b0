"""Schemes for people: the list of versions."""

from typing import Final

from sqlalchemy import bindparam, func, select

from credit_rating.tables import scheme_items, schemes
from shared.storage import Query, Row, Work

__all__ = ["list_schemes"]

_ITEM_COUNT: Final = (
    select(func.count())
    .where(scheme_items.c.scheme == schemes.c.version)
    .scalar_subquery()
    .label("item_count")
)
_LIST: Final = Query(
    select(schemes, _ITEM_COUNT)
    .where(schemes.c.version > bindparam("after"))
    .order_by(schemes.c.version)
    .limit(bindparam("limit"))
)


async def list_schemes(work: Work, *, after: str, limit: int) -> list[Row]:
    """Return the headers of the versions that come after one by name, each with the number of its items."""
    return await work.fetch_all(_LIST, after=after, limit=limit)
