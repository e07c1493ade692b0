"""The buildings of an estate as rows."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select

from estate_registry.buildings.domain import Building
from estate_registry.tables import buildings
from shared.storage import Query, Work

__all__ = ["load_buildings", "replace_buildings"]

_rows = buildings.c
_OF_ESTATE: Final = Query(
    select(_rows.no, _rows.floors, _rows.entrances, _rows.households, _rows.area_m2x100)
    .where(_rows.estate_id == bindparam("of_estate"))
    .order_by(_rows.no)
)
_CLEAR: Final = Query(delete(buildings).where(_rows.estate_id == bindparam("of_estate")))
_INSERT: Final = Query(insert(buildings))


async def load_buildings(work: Work, *, estate_id: UUID) -> list[Building]:
    """Return the buildings of an estate that the caller has loaded, by number."""
    return [Building(**dict(row)) for row in await work.fetch_all(_OF_ESTATE, of_estate=estate_id)]


async def replace_buildings(work: Work, *, estate_id: UUID, rows: Sequence[Building]) -> None:
    """Put these buildings in the place of those on record."""
    await work.execute(_CLEAR, of_estate=estate_id)
    await work.execute_many(_INSERT, [{"estate_id": estate_id, **asdict(row)} for row in rows])
