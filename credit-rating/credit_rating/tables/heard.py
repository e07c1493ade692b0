"""What other contexts told: facts that wait for their company, contracts, operators, estates."""

from typing import Final

from sqlalchemy import ARRAY, Column, Index, Table, Text, Uuid

from credit_rating.tables.columns import day, metadata, moment, whole, words

__all__ = ["contracts", "known_estates", "operator_assignments", "waiting_facts"]

waiting_facts: Final = Table(
    "waiting_facts",
    metadata,
    Column("org", Text, primary_key=True),
    Column("cause", Text, primary_key=True),
    Column("fact_key", Text, primary_key=True),
    Column("estate_id", Uuid),
    day("occurred_on"),
    words("evidence"),
    Column("causation_id", Uuid),
    moment("arrived_at"),
)

contracts: Final = Table(
    "contracts",
    metadata,
    Column("contract_id", Uuid, primary_key=True),
    words("contract_no"),
    words("org"),
    Column("estate_ids", ARRAY(Uuid), nullable=False),
    day("start"),
    day("end"),
    day("signed_on"),
    day("filing_due"),
    Index("ix_contracts_org", "org", "start"),
)

operator_assignments: Final = Table(
    "operator_assignments",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    words("org"),
    Column("estate_id", Uuid, nullable=False),
    words("kind"),
    Column("contract_id", Uuid),
    day("start", nullable=True),
    day("planned_end", nullable=True),
    day("vacated_on", nullable=True),
    Index("ix_operator_assignments_org", "org", "assignment_id"),
)

known_estates: Final = Table(
    "known_estates",
    metadata,
    Column("estate_id", Uuid, primary_key=True),
    words("name"),
    whole("version"),
)
