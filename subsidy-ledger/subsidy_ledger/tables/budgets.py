"""Programmes with their rates, the coefficients of the grades, and the budgets with their quotas."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from shared.storage import readable, territory_column
from subsidy_ledger.tables.columns import fen, metadata, moment, small, text, whole

__all__ = ["budgets", "grade_coefficients", "programme_rates", "programmes"]

programmes: Final = Table(
    "programmes",
    metadata,
    Column("code", Text, primary_key=True),
    text("name_zh"),
    text("name_en"),
    text("formula"),
    text("purpose"),
    text("payee"),
    Column("open", Boolean, nullable=False),
    fen("cap", nullable=True),
    text("cap_unit"),
    text("budget_class"),
    text("source"),
    text("tag"),
)

programme_rates: Final = Table(
    "programme_rates",
    metadata,
    Column("programme", Text, ForeignKey("programmes.code"), nullable=False),
    text("step"),
    fen("rate"),
    text("unit"),
    text("source"),
    text("tag"),
    PrimaryKeyConstraint("programme", "step"),
    CheckConstraint("rate > 0", name="rate"),
)

grade_coefficients: Final = Table(
    "grade_coefficients",
    metadata,
    Column("grade", Text, primary_key=True),
    whole("hundredths"),
    text("source"),
    text("tag"),
    CheckConstraint("hundredths >= 0", name="hundredths"),
)

# The quota of a programme and year: the one row that postings lock, because it has a floor (L-02).
budgets: Final = Table(
    "budgets",
    metadata,
    Column("id", Uuid, primary_key=True),
    territory_column(),
    Column("programme", Text, ForeignKey("programmes.code"), nullable=False),
    whole("year"),
    text("document_no"),
    fen("approved_fen"),
    fen("available_fen"),
    fen("committed_fen"),
    fen("accrued_fen"),
    fen("spent_fen"),
    small("announced_percent"),
    moment("approved_at"),
    text("approved_by"),
    whole("version"),
    UniqueConstraint("programme", "year", "territory"),
    CheckConstraint("available_fen >= 0", name="available"),
    CheckConstraint("committed_fen >= 0 AND accrued_fen >= 0 AND spent_fen >= 0", name="used"),
    CheckConstraint("approved_fen = available_fen + committed_fen + accrued_fen + spent_fen", name="sum"),
    CheckConstraint("announced_percent IN (0, 80, 95, 100)", name="announced_percent"),
    Index("ix_budgets_territory", "territory", "id"),
    Index("ix_budgets_programme", "programme", "id"),
    Index("ix_budgets_year", "year", "id"),
)
readable(
    budgets,
    "id territory programme year document_no approved_fen available_fen committed_fen accrued_fen "
    "spent_fen approved_at version",
)
