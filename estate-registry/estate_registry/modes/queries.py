"""The mode timeline for screens."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from estate_registry.estates.domain import ServiceMode
from estate_registry.estates.storage import load_estate
from estate_registry.tables import estate_modes
from shared.storage import Listing, Orders, Row, Work, equal, holding_on
from shared.web import Page, PageRequest, View

__all__ = ["MODE_ORDERS", "ModeView", "modes_of"]

_rows = estate_modes.c
_LIST: Final = Listing(
    select(estate_modes).where(_rows.estate_id == bindparam("of_estate")),
    orders=Orders("start", start=(_rows.starts_on, _rows.id)),
    filters={"mode": equal(_rows.mode, "mode"), "on": holding_on(_rows.starts_on, _rows.ends_on)},
)
MODE_ORDERS: Final = _LIST.orders


class ModeView(View):
    """A mode and the days it holds, `end` not in; null is until further notice."""

    id: UUID
    mode: ServiceMode
    start: date
    end: date | None
    reason: str


async def modes_of(
    work: Work, *, estate_id: UUID, filters: Mapping[str, object], paging: PageRequest
) -> Page[ModeView]:
    """Return the modes of an estate by their first day; raise EstateNotFound.

    Filters: mode, on (the one that holds that day).
    """
    await load_estate(work, estate_id=estate_id)
    return await paging.read(work, _LIST, view=_view, filters=filters, of_estate=estate_id)


def _view(row: Row) -> ModeView:
    return ModeView(
        id=row["id"], mode=row["mode"], start=row["starts_on"], end=row["ends_on"], reason=row["reason"]
    )
