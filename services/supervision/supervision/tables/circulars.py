"""What supervision itself decides: the units it looks after, and its circulars.

What the database refuses of a signed circular (any change of its content, its names, its findings) stands in
the first migration.
"""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import (
    text as sql,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.storage import readable, territory_column
from supervision.tables.columns import code, day, metadata, moment, reference, text, whole

__all__ = [
    "circular_findings",
    "circular_names",
    "circular_numbers",
    "circular_replies",
    "circular_steps",
    "circulars",
    "supervised_units",
]

KINDS: Final = "('progress', 'ranking', 'criticism', 'result', 'praise')"
STATES: Final = "('drafted', 'fact_check', 'signed', 'published', 'replied', 'closed')"
_UNSIGNED: Final = "('drafted', 'fact_check')"
_OUT: Final = "('published', 'replied', 'closed')"

# The units of the yearly programme (SU-01), by the names a circular gives them.
supervised_units: Final = Table(
    "supervised_units",
    metadata,
    code("unit", primary_key=True),
    text("name", nullable=False),
    text("source", nullable=False),
)

# `lines` is the table of the document, as it is signed: frozen figures, not a view of anything.
circulars: Final = Table(
    "circulars",
    metadata,
    reference("id", primary_key=True),
    territory_column(),
    text("kind", nullable=False),
    text("period", nullable=False),
    text("state", nullable=False),
    day("as_of", nullable=False),
    day("due_on", nullable=False),
    text("title", nullable=False),
    text("body", nullable=False),
    Column("lines", JSONB, nullable=False),
    moment("fact_check_until"),
    whole("year"),
    whole("serial"),
    text("number"),
    text("content_hash"),
    moment("signed_at"),
    moment("published_at"),
    whole("version", nullable=False),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint(f"state IN {STATES}", name="state"),
    CheckConstraint(
        f"(state IN {_UNSIGNED}) = (number IS NULL) AND (number IS NULL) = (content_hash IS NULL)",
        name="signed_whole",
    ),
    CheckConstraint(f"(state IN {_OUT}) = (published_at IS NOT NULL)", name="published_whole"),
    UniqueConstraint("territory", "year", "serial"),
    # Of these kinds one for a period is prepared at a time; criticism and praise follow what was found.
    Index(
        "uq_circulars_in_preparation",
        "territory",
        "kind",
        "period",
        unique=True,
        postgresql_where=sql("kind IN ('progress', 'ranking', 'result') AND published_at IS NULL"),
    ),
    Index("ix_circulars_territory", "territory", "id"),
    Index("ix_circulars_state", "state", "id"),
)
readable(
    circulars,
    "id territory kind period state as_of due_on year serial number content_hash signed_at published_at "
    "version",
)

circular_numbers: Final = Table(
    "circular_numbers",
    metadata,
    code("territory", nullable=False),
    whole("year", nullable=False),
    whole("last", nullable=False),
    PrimaryKeyConstraint("territory", "year"),
)


def _of_circular(*, primary_key: bool = False) -> Column[object]:
    return Column("circular_id", Uuid, ForeignKey("circulars.id"), nullable=False, primary_key=primary_key)


circular_names: Final = Table(
    "circular_names",
    metadata,
    _of_circular(primary_key=True),
    code("code", primary_key=True),
    text("kind", nullable=False),
    CheckConstraint("kind IN ('unit', 'org')", name="kind"),
    Index("ix_circular_names_code", "code", "circular_id"),
)

circular_findings: Final = Table(
    "circular_findings",
    metadata,
    _of_circular(primary_key=True),
    reference("item_id", primary_key=True),
    reference("estate_id"),
    code("unit", nullable=False),
    code("org"),
    text("stage", nullable=False),
    moment("due_at"),
    Index("ix_circular_findings_estate", "estate_id", "circular_id"),
)

circular_replies: Final = Table(
    "circular_replies",
    metadata,
    _of_circular(primary_key=True),
    code("code", primary_key=True),
    text("reply", nullable=False),
    moment("replied_at", nullable=False),
)

circular_steps: Final = Table(
    "circular_steps",
    metadata,
    _of_circular(),
    whole("version", nullable=False),
    text("step", nullable=False),
    text("person", nullable=False),
    text("role", nullable=False),
    text("reason"),
    moment("at", nullable=False),
    PrimaryKeyConstraint("circular_id", "version"),
)
