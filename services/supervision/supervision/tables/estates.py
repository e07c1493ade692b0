"""What the register said: estates, their profiles, modes, operators and contracts.

`estates` is scoped; all else is reached through it. A row may be there before its estate is known.
"""

from typing import Final

from sqlalchemy import Column, Computed, Date, Index, PrimaryKeyConstraint, Table, UniqueConstraint

from shared.storage import DISTRICT, led_index, territory_column
from supervision.tables.columns import code, day, fen, flag, metadata, reference, said, text, whole

__all__ = ["contract_estates", "contracts", "estate_profiles", "estates", "mode_changes", "operators"]

# What was said last about the end of an assignment: a vacation, or the assignment told anew with its end.
_ENDS_ON: Final = "CASE WHEN vacated_said > assigned_said THEN vacated_on ELSE planned_end END"

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
    led_index("ix_estates_district_code", DISTRICT, "code", "territory"),
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

# Every change that was ever said. One ends on the first day of any change said after it; what was planned for
# that day or later falls away: it ends before it starts, and never holds.
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
    Column("ends_on", Date, Computed(_ENDS_ON, persisted=True)),
    Index("ix_operators_estate", "estate_id", "starts_on"),
    Index("ix_operators_org", "org", "estate_id"),
)

contracts: Final = Table(
    "contracts",
    metadata,
    reference("id", primary_key=True),
    text("contract_no", nullable=False),
    code("org", nullable=False),
    fen("fee_fen_per_m2_month", nullable=False),
    day("starts_on", nullable=False),
    day("ends_on", nullable=False),
    day("signed_on", nullable=False),
    day("filing_due", nullable=False),
)

contract_estates: Final = Table(
    "contract_estates",
    metadata,
    reference("estate_id", nullable=False),
    reference("contract_id", nullable=False),
    PrimaryKeyConstraint("estate_id", "contract_id"),
)
