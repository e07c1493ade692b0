"""The little that other contexts told us: estates, operators, contracts, companies and their grades."""

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, Index, PrimaryKeyConstraint, Table, Text, Uuid

from subsidy_ledger.tables.columns import day, fen, metadata, text, whole

__all__ = ["known_companies", "known_contracts", "known_estates", "known_grades", "known_operators"]

# Territory and code are unknown while only an update has come; `profile_version` 0 is the registration.
known_estates: Final = Table(
    "known_estates",
    metadata,
    Column("estate_id", Uuid, primary_key=True),
    text("code", nullable=True),
    text("territory", nullable=True),
    text("name"),
    fen("area_m2x100"),
    whole("households"),
    whole("profile_version"),
)

# Start and end come with the assignment, `vacated_on` with the vacation, in any order.
known_operators: Final = Table(
    "known_operators",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("estate_id", Uuid, nullable=False),
    text("kind"),
    text("org", nullable=True),
    day("starts_on", nullable=True),
    day("ends_on", nullable=True),
    day("vacated_on", nullable=True),
    Column("assigned_event_id", Uuid),
    Index("ix_known_operators_estate", "estate_id"),
)

known_contracts: Final = Table(
    "known_contracts",
    metadata,
    Column("contract_id", Uuid, nullable=False),
    Column("estate_id", Uuid, nullable=False),
    text("contract_no"),
    text("org"),
    day("starts_on"),
    day("ends_on"),
    PrimaryKeyConstraint("contract_id", "estate_id"),
    Index("ix_known_contracts_estate", "estate_id"),
)

known_companies: Final = Table(
    "known_companies",
    metadata,
    Column("org", Text, primary_key=True),
    text("name"),
)

# Every change of a grade. The latest by effective day counts; of one day the last recorded, by its id.
known_grades: Final = Table(
    "known_grades",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    text("org"),
    text("grade"),
    Column("rated", Boolean, nullable=False),
    whole("score_tenths"),
    text("scheme"),
    day("effective_on"),
    CheckConstraint("grade <> ''", name="grade"),
    Index("ix_known_grades_org", "org", "effective_on", "event_id"),
)
