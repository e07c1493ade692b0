"""Circulars, and what the database refuses of a signed one."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.platform import append_only

revision = "20261123_circulars"
down_revision = "20261123_first"

TABLES = (
    "circular_steps",
    "circular_replies",
    "circular_findings",
    "circular_names",
    "circular_numbers",
    "circulars",
    "supervised_units",
)
# What was signed stays as it was signed; only its way on (published, answered, closed) is still written.
KEEP_SIGNED = """
CREATE FUNCTION keep_signed_circular() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NOT NULL AND (TG_OP = 'DELETE'
        OR (OLD.id, OLD.territory, OLD.kind, OLD.period, OLD.as_of, OLD.title, OLD.body, OLD.lines)
            IS DISTINCT FROM
            (NEW.id, NEW.territory, NEW.kind, NEW.period, NEW.as_of, NEW.title, NEW.body, NEW.lines)
        OR (OLD.year, OLD.serial, OLD.number, OLD.content_hash, OLD.signed_at)
            IS DISTINCT FROM (NEW.year, NEW.serial, NEW.number, NEW.content_hash, NEW.signed_at))
    THEN
        RAISE EXCEPTION 'a signed circular is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""
KEEP_PARTS = """
CREATE FUNCTION keep_signed_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM circulars WHERE number IS NOT NULL
            AND id IN (COALESCE(NEW.circular_id, OLD.circular_id), COALESCE(OLD.circular_id, NEW.circular_id))
    ) THEN
        RAISE EXCEPTION 'a signed circular is not changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""


def upgrade() -> None:
    create_documents()
    create_parts()
    op.execute(KEEP_SIGNED)
    op.execute(KEEP_PARTS)
    guard("circulars", by="keep_signed_circular", on="UPDATE OR DELETE")
    guard("circular_names", by="keep_signed_parts", on="INSERT OR UPDATE OR DELETE")
    guard("circular_findings", by="keep_signed_parts", on="INSERT OR UPDATE OR DELETE")
    append_only("circular_steps")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_signed_parts()")
    op.execute("DROP FUNCTION keep_signed_circular()")


def guard(table: str, *, by: str, on: str) -> None:
    op.execute(f"CREATE TRIGGER {by} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {by}()")


def create_documents() -> None:
    op.create_table(
        "supervised_units",
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("unit", name="pk_supervised_units"),
    )
    op.create_table(
        "circulars",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("lines", postgresql.JSONB, nullable=False),
        sa.Column("fact_check_until", sa.DateTime(timezone=True)),
        sa.Column("year", sa.Integer),
        sa.Column("serial", sa.Integer),
        sa.Column("number", sa.Text),
        sa.Column("content_hash", sa.Text),
        sa.Column("signed_at", sa.DateTime(timezone=True)),
        sa.Column("published_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.CheckConstraint(
            "(state IN ('drafted', 'fact_check')) = (number IS NULL) "
            "AND (number IS NULL) = (content_hash IS NULL)",
            name="ck_circulars_signed_whole",
        ),
        sa.CheckConstraint(
            "(state IN ('published', 'replied', 'closed')) = (published_at IS NOT NULL)",
            name="ck_circulars_published_whole",
        ),
        sa.CheckConstraint(
            "kind IN ('progress', 'ranking', 'criticism', 'result', 'praise')", name="ck_circulars_kind"
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'fact_check', 'signed', 'published', 'replied', 'closed')",
            name="ck_circulars_state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_circulars"),
        sa.UniqueConstraint("territory", "year", "serial", name="uq_circulars_territory_year_serial"),
    )
    op.create_index("ix_circulars_state", "circulars", ["state", "id"], unique=False)
    op.create_index("ix_circulars_territory", "circulars", ["territory", "id"], unique=False)
    op.create_index(
        "uq_circulars_in_preparation",
        "circulars",
        ["territory", "kind", "period"],
        unique=True,
        postgresql_where=sa.text("kind IN ('progress', 'ranking', 'result') AND published_at IS NULL"),
    )


def create_parts() -> None:
    op.create_table(
        "circular_numbers",
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("territory", "year", name="pk_circular_numbers"),
    )
    op.create_table(
        "circular_names",
        sa.Column("circular_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.CheckConstraint("kind IN ('unit', 'org')", name="ck_circular_names_kind"),
        sa.ForeignKeyConstraint(["circular_id"], ["circulars.id"], name="fk_circular_names_circular_id"),
        sa.PrimaryKeyConstraint("circular_id", "code", name="pk_circular_names"),
    )
    op.create_index("ix_circular_names_code", "circular_names", ["code", "circular_id"], unique=False)
    op.create_table(
        "circular_findings",
        sa.Column("circular_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("org", sa.Text(collation="C")),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["circular_id"], ["circulars.id"], name="fk_circular_findings_circular_id"),
        sa.PrimaryKeyConstraint("circular_id", "item_id", name="pk_circular_findings"),
    )
    op.create_index(
        "ix_circular_findings_estate", "circular_findings", ["estate_id", "circular_id"], unique=False
    )
    op.create_table(
        "circular_replies",
        sa.Column("circular_id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["circular_id"], ["circulars.id"], name="fk_circular_replies_circular_id"),
        sa.PrimaryKeyConstraint("circular_id", "code", name="pk_circular_replies"),
    )
    op.create_table(
        "circular_steps",
        sa.Column("circular_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["circular_id"], ["circulars.id"], name="fk_circular_steps_circular_id"),
        sa.PrimaryKeyConstraint("circular_id", "version", name="pk_circular_steps"),
    )
