"""What is seeded, and what other contexts said: leaves, reasons, estates, operators."""

from typing import Final

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text, Uuid

from dispute_mediation.tables.schema import metadata, one_of, text_code

__all__ = ["known_estates", "known_operators", "leaves", "rejection_reasons"]

leaves: Final = Table(
    "leaves",
    metadata,
    Column("code", Text(collation="C"), primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    text_code("lead"),
    Column("assist", ARRAY(Text), nullable=False),
    Column("parties", ARRAY(Text), nullable=False),
    Column("limit", Integer, nullable=False),
    Column("limit_unit", Text, nullable=False),
    Column("first_limit", Integer),
    Column("first_unit", Text),
    Column("mediable", Boolean, nullable=False),
    Column("danger", Text, nullable=False),
    Column("credit_items", ARRAY(Text), nullable=False),
    Column("law_refs", ARRAY(Text), nullable=False),
    one_of("limit_unit", "wd", "day", "hour"),
    one_of("first_unit", "wd", "day", "hour"),
    one_of("danger", "none", "possible", "high"),
    CheckConstraint("(first_limit IS NULL) = (first_unit IS NULL)", name="first_limit"),
    CheckConstraint('"limit" > 0', name="limit"),
)

rejection_reasons: Final = Table(
    "rejection_reasons",
    metadata,
    Column("code", Text(collation="C"), primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("source", Text, nullable=False),
)

# Estates and who operates them are open data (9.3, N-06): these copies carry no scope of their own.
known_estates: Final = Table(
    "known_estates",
    metadata,
    Column("estate_id", Uuid, primary_key=True),
    text_code("code"),
    Column("estate_name", Text, nullable=False),
    text_code("territory"),
    # 0 as registered; then the version the latest change named.
    Column("version", Integer, nullable=False),
    Index("uq_known_estates_code", "code", unique=True),
)

# `ended_on` is the day an operator left, which may be earlier than the end that was agreed.
known_operators: Final = Table(
    "known_operators",
    metadata,
    Column("assignment_id", Uuid, primary_key=True),
    Column("estate_id", Uuid, nullable=False),
    text_code("org", nullable=True),
    text_code("custodian", nullable=True),
    Column("kind", Text, nullable=False),
    Column("start", Date, nullable=False),
    Column("end", Date),
    Column("ended_on", Date),
    Index("ix_known_operators_estate_id", "estate_id", "start"),
)
