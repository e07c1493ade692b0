"""What the register said: estates, their profiles, modes, operators and contracts.

`estates` is scoped; all else is reached through it. A row may be there before its estate is known.
"""

from typing import Final

from sqlalchemy import CheckConstraint, Computed, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from shared.storage import territory_column
from supervision.tables.columns import code, day, fen, flag, metadata, reference, said, text, whole

__all__ = ["contract_estates", "contracts", "estate_profiles", "estates", "mode_changes", "operators"]

estates: Final = Table(
    "estates",
    metadata,
    reference("id", primary_key=True),
    code("code", nullable=False),
    territory_column(),
    whole("year_built"),
    day("registered_on", nullable=False),
    UniqueConstraint("code"),
    Index("ix_estates_territory", "territory", "code"),
)

# Version 0 is what the registration said; every later profile has the version of the register's row.
estate_profiles: Final = Table(
    "estate_profiles",
    metadata,
    reference("estate_id", primary_key=True),
    whole("version", nullable=False),
    text("name", nullable=False),
    fen("area_m2x100", nullable=False),
    whole("households", nullable=False),
    whole("buildings", nullable=False),
    flag("three_no", nullable=False),
)

# Every change that was ever said. A change ends on the first day of any change said after it, and what was
# planned for later days than that falls away: then it ends before it starts and never holds.
mode_changes: Final = Table(
    "mode_changes",
    metadata,
    reference("said", primary_key=True),
    reference("estate_id", nullable=False),
    text("mode", nullable=False),
    text("reason", nullable=False),
    day("starts_on", nullable=False),
    day("ends_on"),
    Index("ix_mode_changes_estate", "estate_id", "starts_on"),
)

# A vacation said after the assignment cuts it; an assignment told anew already knows its end.
operators: Final = Table(
    "operators",
    metadata,
    reference("assignment_id", primary_key=True),
    reference("estate_id", nullable=False),
    text("kind", nullable=False),
    code("org"),
    code("custodian"),
    said("assigned_said"),
    reference("contract_id"),
    day("starts_on"),
    day("planned_end"),
    said("vacated_said"),
    day("vacated_on"),
    text("reason"),
    day_computed := day("ends_on"),
    Index("ix_operators_estate", "estate_id", "starts_on"),
    Index("ix_operators_org", "org", "estate_id"),
)
