"""Credit items, and the points they gave and took back."""

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    Uuid,
    text,
)

from credit_rating.tables.columns import KINDS, day, metadata, moment, whole, words
from shared.storage import readable, territory_column

__all__ = ["credit_items", "point_entries"]

credit_items: Final = Table(
    "credit_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("org", Text, ForeignKey("companies.org"), nullable=False),
    territory_column(),
    words("scheme"),
    words("code"),
    words("variant"),
    words("kind"),
    words("severity", nullable=True),
    whole("points_tenths"),
    whole("factor_tenths", nullable=True),
    whole("counted_tenths", nullable=True),
    words("status"),
    words("fact_key", nullable=True),
    Column("estate_id", Uuid),
    day("occurred_on"),
    words("evidence"),
    Column("causation_id", Uuid),
    words("recorded_by"),
    words("recorder_unit"),
    moment("recorded_at"),
    words("confirmed_by", nullable=True),
    moment("confirmed_at", nullable=True),
    day("valid_from", nullable=True),
    day("valid_to", nullable=True),
    words("revoked_by", nullable=True),
    moment("revoked_at", nullable=True),
    words("revocation_reason", nullable=True),
    Column("corrects", Uuid, ForeignKey("credit_items.id")),
    whole("version"),
    ForeignKeyConstraint(
        ["scheme", "code", "variant"],
        ["scheme_values.scheme", "scheme_values.code", "scheme_values.variant"],
    ),
    CheckConstraint("status IN ('recorded', 'effective', 'revoked', 'expired')", name="status"),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint("points_tenths >= 0 AND counted_tenths >= points_tenths", name="points"),
    CheckConstraint("valid_to > valid_from", name="validity"),
    CheckConstraint(
        "(counted_tenths IS NULL) = (valid_from IS NULL) "
        "AND (status NOT IN ('effective', 'expired') OR valid_from IS NOT NULL)",
        name="effect",
    ),
    CheckConstraint("confirmed_by <> recorded_by", name="four_eyes"),
    CheckConstraint(
        "confirmed_by IS NOT NULL OR recorder_unit = 'system' OR status IN ('recorded', 'revoked')",
        name="confirmed",
    ),
    CheckConstraint("(status = 'revoked') = (revoked_by IS NOT NULL)", name="revoked"),
    Index("ix_credit_items_org", "org", "id"),
    Index("ix_credit_items_valid_to", "org", "valid_to"),
    Index(
        "uq_credit_items_fact",
        "org",
        "fact_key",
        unique=True,
        postgresql_where=text("kind = 'bad' AND status IN ('effective', 'expired')"),
    ),
)
readable(
    credit_items,
    "id org territory scheme code variant kind severity points_tenths factor_tenths counted_tenths status "
    "estate_id occurred_on recorder_unit recorded_at confirmed_at valid_from valid_to revoked_at version",
)

point_entries: Final = Table(
    "point_entries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("item_id", Uuid, ForeignKey("credit_items.id"), nullable=False),
    words("org"),
    words("kind"),
    whole("points_tenths"),
    words("reason"),
    words("entered_by"),
    moment("entered_at"),
    CheckConstraint("kind IN ('effect', 'reversal')", name="kind"),
    CheckConstraint(
        "points_tenths >= 0 AND kind = 'effect' OR points_tenths <= 0 AND kind = 'reversal'", name="sign"
    ),
    Index("uq_point_entries_item", "item_id", "kind", unique=True),
    Index("ix_point_entries_org", "org", "id"),
)
