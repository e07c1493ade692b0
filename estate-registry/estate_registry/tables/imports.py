"""Lists of estates being taken in: the job, its file, its rows, and what was found in them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from estate_registry.tables.columns import code, metadata, text, whole
from shared.storage import territory_column

__all__ = ["import_files", "import_findings", "import_rows", "imports"]

IMPORT_STATES: Final = "('waiting', 'running', 'finished', 'cancelled', 'failed')"
OUTCOMES: Final = "('taken', 'repaired', 'refused', 'unchanged')"

imports: Final = Table(
    "imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    territory_column(),
    text("source"),
    text("file_name"),
    text("state"),
    text("format", nullable=True),
    text("encoding", nullable=True),
    Column("layout", JSONB),
    whole("rows"),
    *(whole(outcome) for outcome in ("taken", "repaired", "refused", "unchanged")),
    whole("last_line"),
    Column("requested_by", JSONB, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("finished_at", DateTime(timezone=True)),
    text("fault_zh", nullable=True),
    text("fault_en", nullable=True),
    whole("version"),
    CheckConstraint(f"state IN {IMPORT_STATES}", name="state"),
    CheckConstraint("taken + repaired + refused + unchanged <= rows", name="counts"),
    CheckConstraint("state <> 'finished' OR taken + repaired + refused + unchanged = rows", name="all_rows"),
    Index("ix_imports_territory", "territory", "id"),
)

import_files: Final = Table(
    "import_files",
    metadata,
    Column("import_id", Uuid, ForeignKey("imports.id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

import_rows: Final = Table(
    "import_rows",
    metadata,
    Column("import_id", Uuid, ForeignKey("imports.id"), nullable=False),
    whole("line"),
    Column("cells", ARRAY(Text), nullable=False),
    text("outcome", nullable=True),
    text("key", nullable=True),
    text("place", nullable=True),
    code("estate_code", nullable=True),
    PrimaryKeyConstraint("import_id", "line"),
    CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
    Index("ix_import_rows_key", "import_id", "key"),
    Index("ix_import_rows_place", "import_id", "place"),
)

import_findings: Final = Table(
    "import_findings",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Uuid, ForeignKey("imports.id"), nullable=False),
    whole("line"),
    text("field"),
    text("value"),
    text("kind"),
    text("result"),
    Index("ix_import_findings_import", "import_id", "line", "id"),
)
