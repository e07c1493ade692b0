"""The rules of a circular: its kinds and periods, its life, what it says."""

from supervision.circulars.domain.circular import Circular, Content, Finding, Line, Named
from supervision.circulars.domain.composing import Material, compose
from supervision.circulars.domain.refusals import (
    CircularInPreparation,
    CircularNotFound,
    DistrictNotNamed,
    PeriodAhead,
)
from supervision.circulars.domain.spans import Span, span_of
from supervision.circulars.domain.states import LIFECYCLE, Kind, State, Step

__all__ = [
    "LIFECYCLE",
    "Circular",
    "CircularInPreparation",
    "CircularNotFound",
    "Content",
    "DistrictNotNamed",
    "Finding",
    "Kind",
    "Line",
    "Material",
    "Named",
    "PeriodAhead",
    "Span",
    "State",
    "Step",
    "compose",
    "span_of",
]
