"""The pure rules of an import: columns, values, decisions; no row is lost, and the counts add up."""

from estate_registry.imports.domain.columns import Column, Field, FoundBy, Layout, detect_layout
from estate_registry.imports.domain.decisions import (
    Candidate,
    Decision,
    Refused,
    Setting,
    decide,
    place_of,
)
from estate_registry.imports.domain.findings import Action, Finding, FindingKind, told
from estate_registry.imports.domain.jobs import (
    LIFECYCLE,
    Counts,
    ImportJob,
    ImportNotFound,
    ImportState,
    ImportStep,
    Outcome,
)
from estate_registry.imports.domain.kinds import EstateType, TypeTable, Verdict
from estate_registry.imports.domain.settling import Deed, Known, Seen, Settled, settle
from estate_registry.imports.domain.values import Limits

__all__ = [
    "LIFECYCLE",
    "Action",
    "Candidate",
    "Column",
    "Counts",
    "Decision",
    "Deed",
    "EstateType",
    "Field",
    "Finding",
    "FindingKind",
    "FoundBy",
    "ImportJob",
    "ImportNotFound",
    "ImportState",
    "ImportStep",
    "Known",
    "Layout",
    "Limits",
    "Outcome",
    "Refused",
    "Seen",
    "Setting",
    "Settled",
    "TypeTable",
    "Verdict",
    "decide",
    "detect_layout",
    "place_of",
    "settle",
    "told",
]
