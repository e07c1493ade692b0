"""Find out where a grievance lies and who answers for the place."""

from datetime import date
from uuid import UUID

from dispute_mediation.places.domain import KnownEstate, Place, place_without_estate
from dispute_mediation.places.storage import estate_by_code, estate_by_id, operator_on
from shared.kernel import TerritoryCode
from shared.storage import Work

__all__ = ["find_place", "place_of_estate"]


async def find_place(
    work: Work,
    *,
    estate_id: UUID | None,
    estate_code: str | None,
    territory: TerritoryCode | None,
    day: date,
) -> Place:
    """Return the place of a grievance; where an estate is known, it says more than the territory given.

    Raises PlaceMissing and PlaceTooWide.
    """
    estate = await _find_estate(work, estate_id=estate_id, estate_code=estate_code)
    if estate is None:
        return place_without_estate(estate_id=estate_id, estate_code=estate_code, territory=territory)
    return await place_of_estate(work, estate, day=day)


async def place_of_estate(work: Work, estate: KnownEstate, *, day: date) -> Place:
    """Return the place that a known estate is, with the company that answers for it on a day."""
    return Place(
        territory=estate.territory,
        estate_id=estate.estate_id,
        estate_code=estate.code,
        org=await operator_on(work, estate_id=estate.estate_id, day=day),
        known=True,
    )


async def _find_estate(work: Work, *, estate_id: UUID | None, estate_code: str | None) -> KnownEstate | None:
    if estate_id is not None:
        return await estate_by_id(work, estate_id)
    return await estate_by_code(work, estate_code) if estate_code is not None else None
