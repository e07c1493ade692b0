"""Routes of the buildings of an estate."""

from typing import Annotated, Final, Self
from uuid import UUID

from fastapi import Request
from pydantic import Field, model_validator

from estate_registry.buildings.commands import record_buildings
from estate_registry.buildings.domain import Building
from estate_registry.buildings.queries import BuildingsView, buildings_of
from estate_registry.fields import BuildingNo, Count
from shared.identity import Permission
from shared.web import AreaM2x100, Body, CurrentWork, Router, language_of, needs

__all__ = ["router"]

router = Router(
    prefix="/estates",
    tags=["buildings"],
    about="小区的楼栋与单元。/ The buildings of an estate and their entrances.",
)

# More than the largest estate has; the list of one estate is shown whole.
BUILDINGS_MAX: Final = 500


class BuildingEntry(Body):
    """One building. Area in 0.01 m²; what is not known is left out."""

    no: BuildingNo
    floors: Count = 0
    entrances: Count = 0
    households: Count = 0
    area_m2x100: AreaM2x100 = 0


class Buildings(Body):
    """All buildings of the estate."""

    buildings: Annotated[list[BuildingEntry], Field(max_length=BUILDINGS_MAX)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        numbers = [building.no for building in self.buildings]
        if len(set(numbers)) < len(numbers):
            message = "同一楼号只能填写一次。 / Each building number is named once."
            raise ValueError(message)
        return self


@router.put("/{estate_id}/buildings", operation_id="record_buildings", summary="记录小区的楼栋")
@needs(Permission.ESTATE_UPDATE)
async def record(estate_id: UUID, body: Buildings, request: Request, work: CurrentWork) -> BuildingsView:
    """Record which buildings the estate has, in the place of those on record."""
    rows = [Building(**entry.model_dump()) for entry in body.buildings]
    rows.sort(key=lambda building: building.no)
    estate = await record_buildings(work, estate_id=estate_id, rows=rows)
    return BuildingsView.of(estate, rows, language=language_of(request))


@router.get("/{estate_id}/buildings", operation_id="show_buildings", summary="查看小区的楼栋")
@needs(Permission.ESTATE_READ)
async def listing(estate_id: UUID, request: Request, work: CurrentWork) -> BuildingsView:
    """Show the buildings of the estate and whether they add up to its figures."""
    return await buildings_of(work, estate_id=estate_id, language=language_of(request))
