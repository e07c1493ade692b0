"""Which columns a seeded province fills of which tables; the others keep their defaults."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["CASE_TABLES", "ESTATE_TABLES"]

ESTATE_TABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "estate_registry.estates": (
            *("id", "code", "territory", "town", "name", "name_key", "name_grams", "address", "address_key"),
            *("year_built", "area_m2x100", "buildings", "households", "three_no", "mode", "operator_kind"),
            *("operator_org", "operator_custodian", "registered_on", "covered_from", "version"),
        ),
        "estate_registry.buildings": ("estate_id", "no", "floors", "entrances", "households", "area_m2x100"),
        "estate_registry.estate_modes": ("id", "estate_id", "mode", "starts_on", "ends_on", "reason"),
        "estate_registry.operator_assignments": (
            *("id", "estate_id", "kind", "org", "custodian", "starts_on", "ends_on", "reason"),
        ),
        "estate_registry.subject_heads": ("subject", "version"),
        "estate_registry.journal": (
            *("recorded_at", "event_id", "type", "subject", "subject_version", "territory", "person", "role"),
            *("pii_level", "data"),
        ),
        "dispute_mediation.known_estates": ("estate_id", "code", "estate_name", "territory", "version"),
        "dispute_mediation.known_operators": (
            *("assignment_id", "estate_id", "org", "custodian", "kind", "start", '"end"', "ended_on"),
        ),
    }
)
CASE_TABLES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "dispute_mediation.cases": (
            *("id", "case_no", "version", "territory", "state", "channel", "kind", "leaf", "urgency"),
            *("estate_id", "estate_code", "estate_known", "org", "mark", "anonymous", "want_secret"),
            *("filed_by", "received_at", "received_on", "host_unit", "assist_units", "level", "handler"),
            *("returns", "dispatch_due_at", "accepted_at", "clock_started_at", "due_at", "due_provisional"),
            *("extensions", "rejection_reason", "master_id", "repeat_count", "callback_required"),
            *("callback_tries", "round", "closed_at"),
        ),
        "dispute_mediation.case_statements": ("case_id", "text", "files"),
        "dispute_mediation.case_persons": ("case_id", "name", "phone"),
        "dispute_mediation.case_links": ("case_id", "party"),
        "dispute_mediation.case_steps": ("id", "case_id", "at", "step", "person", "role", "unit"),
        "dispute_mediation.resolutions": (
            *("case_id", "round", "result", "liability", "reply", "evidence", "evidence_hash", "days"),
            *("resolved_by", "resolved_at"),
        ),
        "dispute_mediation.due_tasks": ("id", "kind", "key", "due_at", "data"),
        "dispute_mediation.subject_heads": ("subject", "version"),
        "dispute_mediation.journal": (
            *("recorded_at", "event_id", "type", "subject", "subject_version", "territory", "person", "role"),
            *("pii_level", "data"),
        ),
    }
)
