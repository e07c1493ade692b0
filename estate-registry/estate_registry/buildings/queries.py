"""The buildings of an estate for screens, with what does not add up."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from estate_registry.buildings.domain import Building, quality_notes
from estate_registry.buildings.storage import load_buildings
from estate_registry.estates.domain import Estate
from estate_registry.estates.storage import load_estate
from shared.storage import Work
from shared.web import View

__all__ = ["BuildingView", "BuildingsView", "buildings_of"]


class BuildingView(View):
    """One building. Area in 0.01 m²; a count or an area of 0 is not known."""

    no: str
    floors: int
    entrances: int
    households: int
    area_m2x100: int


class QualityNoteView(View):
    """A figure that profile and buildings contradict each other in."""

    field: str
    stated: int
    counted: int
    note: str


class BuildingsView(View):
    """The buildings by number, and the data-quality notes; `version` is the estate's."""

    estate_id: UUID
    buildings: list[BuildingView]
    quality_notes: list[QualityNoteView]
    version: int

    @classmethod
    def of(cls, estate: Estate, buildings: Sequence[Building], *, language: str) -> Self:
        """Return the view, with notes in a language."""
        notes = quality_notes(estate.profile, buildings)
        return cls(
            estate_id=estate.id,
            buildings=[BuildingView.model_validate(building) for building in buildings],
            quality_notes=[
                QualityNoteView(
                    field=note.field, stated=note.stated, counted=note.counted, note=note.sentence(language)
                )
                for note in notes
            ],
            version=estate.version,
        )


async def buildings_of(work: Work, *, estate_id: UUID, language: str) -> BuildingsView:
    """Return the buildings of an estate; raise EstateNotFound."""
    estate = await load_estate(work, estate_id=estate_id)
    return BuildingsView.of(estate, await load_buildings(work, estate_id=estate_id), language=language)
