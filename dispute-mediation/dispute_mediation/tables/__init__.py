"""Every table of the service, on one metadata."""

from dispute_mediation.tables.cases import (
    callbacks,
    case_links,
    case_numbers,
    case_persons,
    case_statements,
    case_steps,
    cases,
    resolutions,
)
from dispute_mediation.tables.meetings import items, meeting_cases, meeting_units, meetings
from dispute_mediation.tables.reference import known_estates, known_operators, leaves, rejection_reasons
from dispute_mediation.tables.schema import among, metadata

__all__ = [
    "among",
    "callbacks",
    "case_links",
    "case_numbers",
    "case_persons",
    "case_statements",
    "case_steps",
    "cases",
    "items",
    "known_estates",
    "known_operators",
    "leaves",
    "meeting_cases",
    "meeting_units",
    "meetings",
    "metadata",
    "rejection_reasons",
    "resolutions",
]
