"""The buildings of an estate, and whether they add up to what its profile says."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from estate_registry.estates.domain import Profile

__all__ = ["Building", "QualityNote", "quality_notes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """One building by its number. Area in 0.01 m²; a count or an area of 0 is not known."""

    no: str
    floors: int = 0
    entrances: int = 0
    households: int = 0
    area_m2x100: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityNote:
    """A figure of the profile that its buildings contradict: neither is taken for true, a person decides."""

    field: str
    stated: int
    counted: int

    def sentence(self, language: str) -> str:
        """Return the note for a person, `zh` or `en`."""
        if language == "zh":
            return (
                f"小区登记的“{self.field}”为 {self.stated}，按楼栋合计为 {self.counted}，请核实后改正一处。"
            )
        return f"The profile says {self.field} {self.stated}, the buildings say {self.counted}: correct one."


def quality_notes(profile: Profile, buildings: Sequence[Building]) -> list[QualityNote]:
    """Return what does not agree; without buildings on record there is nothing to compare."""
    return (
        [note for note in _compared(profile, buildings) if note.stated != note.counted] if buildings else []
    )


def _compared(profile: Profile, buildings: Sequence[Building]) -> Iterator[QualityNote]:
    yield QualityNote(field="buildings", stated=profile.buildings, counted=len(buildings))
    for field, stated, figures in (
        ("households", profile.households, [building.households for building in buildings]),
        ("area_m2x100", profile.area_m2x100, [building.area_m2x100 for building in buildings]),
    ):
        if _complete(figures):
            yield QualityNote(field=field, stated=stated, counted=sum(figures))


def _complete(figures: Iterable[int]) -> bool:
    """Say whether every building has the figure: a sum with a gap in it contradicts nothing."""
    return all(figures)
