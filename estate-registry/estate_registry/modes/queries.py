"""The mode timeline for screens."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from estate_registry.estates.domain import ServiceMode
from estate_registry.estates.storage import load_estate
from estate_registry.tables import estate_modes
from shared.storage import Query, Row, Work
from shared.web import Page, PageRequest, View

__all__ = ["ModeView", "modes_of"]

_rows = estate_modes.c
_LIST: Final = Query(
    select(estate_modes)
    .where(_rows.estate_id == bindparam("of_estate"), _rows.starts_on > bindparam("after"))
    .order_by(_rows.starts_on)
    .limit(bindparam("limit"))
)


class ModeView(View):
    """A mode and the days it holds, `end` not in; null is until further notice."""

    id: UUID
    mode: ServiceMode
    start: date
    end: date | None
    reason: str


async def modes_of(work: Work, *, estate_id: UUID, paging: PageRequest) -> Page[ModeView]:
    """Return the modes of an estate from the first day on; raise EstateNotFound."""
    await load_estate(work, estate_id=estate_id)
    after = paging.after()
    since = date.fromisoformat(after[0]) if after else date.min
    rows = await work.fetch_all(_LIST, of_estate=estate_id, after=since, limit=paging.limit + 1)
    return paging.page(rows, view=_view, order=lambda row: (row["starts_on"],))


def _view(row: Row) -> ModeView:
    return ModeView(
        id=row["id"], mode=row["mode"], start=row["starts_on"], end=row["ends_on"], reason=row["reason"]
    )
