"""Companies with where they stand, and the sheets of their entry checks."""

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from credit_rating.tables.columns import GRADES, day, metadata, moment, whole, words
from shared.storage import readable, territory_column

__all__ = ["companies", "entry_sheets"]

companies: Final = Table(
    "companies",
    metadata,
    Column("org", Text, primary_key=True),
    words("name"),
    words("kind"),
    words("parent_org", nullable=True),
    territory_column(),
    Column("sheet_id", Uuid, ForeignKey("entry_sheets.id"), nullable=False),
    moment("entered_at"),
    words("entered_by"),
    whole("score_tenths"),
    words("grade"),
    Column("rated", Boolean, nullable=False),
    words("scheme"),
    day("scored_on"),
    whole("version"),
    # The form of GB 32100; the check itself may be overridden on the registry's proof (E-01).
    CheckConstraint("org ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'", name="org"),
    CheckConstraint("kind IN ('legal_person', 'branch')", name="kind"),
    CheckConstraint("(kind = 'branch') = (parent_org IS NOT NULL)", name="parent_of_branch"),
    CheckConstraint(f"grade IN {GRADES}", name="grade"),
    CheckConstraint("score_tenths >= 0", name="score"),
    Index("ix_companies_score", "score_tenths", "org"),
    Index("ix_companies_grade", "grade", "score_tenths", "org"),
    Index("ix_companies_name", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}),
    Index("ix_companies_territory", "territory"),
)
readable(
    companies,
    "org name kind parent_org territory entered_at score_tenths grade rated scheme scored_on version",
)

entry_sheets: Final = Table(
    "entry_sheets",
    metadata,
    Column("id", Uuid, primary_key=True),
    words("purpose"),
    words("org"),
    words("company_name"),
    territory_column(),
    words("result"),
    Column("application", JSONB, nullable=False),
    Column("findings", JSONB, nullable=False),
    moment("checked_at"),
    words("checked_by"),
    CheckConstraint("purpose IN ('entry', 'selection', 'take_over_first')", name="purpose"),
    CheckConstraint("result IN ('pass', 'warn', 'block')", name="result"),
    Index("ix_entry_sheets_org", "org", "id"),
    Index("ix_entry_sheets_territory", "territory", "id"),
)
