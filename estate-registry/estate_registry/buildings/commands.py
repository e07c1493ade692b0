"""Recording the buildings of an estate."""

from collections.abc import Sequence
from uuid import UUID

from estate_registry.buildings.domain import Building
from estate_registry.buildings.storage import replace_buildings
from estate_registry.estates.domain import Estate
from estate_registry.estates.storage import lock_estate, save_estate
from shared.storage import Work

__all__ = ["record_buildings"]


async def record_buildings(work: Work, *, estate_id: UUID, rows: Sequence[Building]) -> Estate:
    """Record which buildings an estate has; its profile stays, and what contradicts it is noted.

    Raises EstateNotFound.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    await replace_buildings(work, estate_id=estate_id, rows=rows)
    counted = estate.following()
    await save_estate(work, counted)
    return counted
