"""Schemes for people: the list of versions."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from sqlalchemy import func, select

from credit_rating.tables import scheme_items, schemes
from shared.storage import Listing, Orders, Row, Work, since, until
from shared.web import Page, PageRequest

__all__ = ["SCHEME_ORDERS", "list_schemes"]

Shown = TypeVar("Shown")

_ITEM_COUNT: Final = (
    select(func.count())
    .where(scheme_items.c.scheme == schemes.c.version)
    .scalar_subquery()
    .label("item_count")
)
_LIST: Final = Listing(
    select(schemes, _ITEM_COUNT),
    orders=Orders("version", version=(schemes.c.version,)),
    filters={
        "since": since(schemes.c.in_force_from),
        "until": until(schemes.c.in_force_from),
    },
)
SCHEME_ORDERS: Final = _LIST.orders


async def list_schemes(
    work: Work, *, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the headers of the versions by name, each with the number of its items.

    Filters: since, until (the first day in force).
    """
    return await paging.read(work, _LIST, view=view, filters=filters)
