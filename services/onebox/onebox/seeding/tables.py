"""Which tables a seeded province fills, and which columns of those that are copied."""

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
CASE_TABLES: Final = tuple(
    f"dispute_mediation.{table}"
    for table in (
        *("cases", "case_statements", "case_persons", "case_links", "case_steps", "resolutions", "due_tasks"),
        *("subject_heads", "journal"),
    )
)
