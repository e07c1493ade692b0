"""The tables of departments, keys and grants."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    Uuid,
)
from sqlalchemy import text as sql

from exchange.schema import code, metadata, moment, text
from shared.storage import territory_column

__all__ = ["department_keys", "departments", "grant_items", "grants"]

SECRET_HASH_BYTES: Final = 32

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
    Column("department_id", Uuid, ForeignKey("departments.id"), nullable=False),
    Column("secret_hash", LargeBinary, nullable=False),
    moment("made_at"),
    text("made_by"),
    moment("expires_at"),
    moment("withdrawn_at", nullable=True),
    text("withdrawn_by", nullable=True),
    CheckConstraint(f"octet_length(secret_hash) = {SECRET_HASH_BYTES}", name="hashed"),
    CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
    Index("ix_department_keys_department_id", "department_id", "made_at"),
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
