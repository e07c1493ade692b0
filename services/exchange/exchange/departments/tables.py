"""The tables of departments, keys and grants."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import text as sql

from exchange.schema import code, metadata, moment, one_of, text
from shared.identity import SignatureAlgorithm
from shared.storage import territory_column

__all__ = ["department_keys", "department_nonces", "departments", "grant_items", "grants"]

departments: Final = Table(
    "departments",
    metadata,
    Column("id", Uuid, primary_key=True),
    code("code"),
    text("name"),
    territory_column(),
    text("contact"),
    Column("version", Integer, nullable=False),
    CheckConstraint("code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'", name="code"),
    Index("uq_departments_code", "code", unique=True),
)

department_keys: Final = Table(
    "department_keys",
    metadata,
    code("key_id", primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("department_id", Uuid, ForeignKey("departments.id"), nullable=False),
    text("algorithm"),
    # Under seal; a key that was withdrawn keeps none.
    text("secret", nullable=True),
    moment("made_at"),
    text("made_by"),
    moment("valid_from"),
    moment("valid_until"),
    moment("withdrawn_at", nullable=True),
    text("withdrawn_by", nullable=True),
    one_of("algorithm", SignatureAlgorithm),
    CheckConstraint("(secret IS NULL) = (withdrawn_at IS NOT NULL)", name="sealed"),
    CheckConstraint("valid_from < valid_until", name="valid"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    Index("ix_department_keys_department_id", "department_id", "made_at"),
    Index("uq_department_keys_id", "id", unique=True),
)

# What was signed within the window, so that nothing is taken twice.
department_nonces: Final = Table(
    "department_nonces",
    metadata,
    Column("key_id", Text(collation="C"), ForeignKey("department_keys.key_id"), primary_key=True),
    code("nonce", primary_key=True),
    moment("seen_at"),
    Index("ix_department_nonces_seen_at", "seen_at"),
)

grants: Final = Table(
    "grants",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("department_id", Uuid, ForeignKey("departments.id"), nullable=False),
    text("purpose"),
    text("legal_basis"),
    Column("pii_level", SmallInteger, nullable=False),
    Column("sends", ARRAY(Text), nullable=False),
    moment("granted_at"),
    text("granted_by"),
    moment("ended_at", nullable=True),
    text("ended_by", nullable=True),
    CheckConstraint("pii_level IN (0, 1)", name="pii_level"),
    CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
    # One grant in force a department.
    Index("uq_grants_in_force", "department_id", unique=True, postgresql_where=sql("ended_at IS NULL")),
)

grant_items: Final = Table(
    "grant_items",
    metadata,
    Column("grant_id", Uuid, ForeignKey("grants.id"), primary_key=True),
    code("event_type", primary_key=True),
    code("territory", primary_key=True),
)
