"""Everything credit-rating begins with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.platform import append_only, create_platform_tables, drop_platform_tables

revision = "20261123_first"
down_revision = None

APPEND_ONLY = ("schemes", "scheme_cuts", "scheme_items", "scheme_values", "entry_sheets", "point_entries")
TABLES = (
    "known_estates",
    "operator_assignments",
    "contracts",
    "waiting_facts",
    "point_entries",
    "credit_items",
    "companies",
    "entry_sheets",
    "scheme_values",
    "scheme_items",
    "scheme_cuts",
    "schemes",
)
# Points are never overwritten (CR-08): what an item is about stays, and what it counts, once it counts.
KEEP_ITEM = """
CREATE FUNCTION keep_credit_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.id, OLD.org, OLD.territory, OLD.scheme, OLD.code, OLD.variant, OLD.kind, OLD.severity)
            IS DISTINCT FROM
            (NEW.id, NEW.org, NEW.territory, NEW.scheme, NEW.code, NEW.variant, NEW.kind, NEW.severity)
        OR (OLD.points_tenths, OLD.fact_key, OLD.estate_id, OLD.occurred_on, OLD.evidence)
            IS DISTINCT FROM (NEW.points_tenths, NEW.fact_key, NEW.estate_id, NEW.occurred_on, NEW.evidence)
        OR (OLD.recorded_by, OLD.recorder_unit, OLD.recorded_at, OLD.causation_id, OLD.corrects)
            IS DISTINCT FROM
            (NEW.recorded_by, NEW.recorder_unit, NEW.recorded_at, NEW.causation_id, NEW.corrects)
        OR OLD.status IN ('revoked', 'expired')
        OR (OLD.status = 'effective' AND
            (OLD.factor_tenths, OLD.counted_tenths, OLD.valid_from, OLD.valid_to, OLD.confirmed_by)
            IS DISTINCT FROM
            (NEW.factor_tenths, NEW.counted_tenths, NEW.valid_from, NEW.valid_to, NEW.confirmed_by))
    THEN
        RAISE EXCEPTION 'a credit item is corrected by a reversing entry'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
GUARD_ITEM = """
CREATE TRIGGER keep_credit_item BEFORE UPDATE OR DELETE ON credit_items
FOR EACH ROW EXECUTE FUNCTION keep_credit_item()
"""


def upgrade() -> None:
    create_platform_tables("credit_rating")
    create_schemes()
    create_register()
    create_credit()
    create_heard()
    op.execute(KEEP_ITEM)
    op.execute(GUARD_ITEM)
    for table in APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION keep_credit_item()")
    drop_platform_tables()


def create_schemes() -> None:
    op.create_table(
        "schemes",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("cycle", sa.Text(), nullable=False),
        sa.Column("base_cap_tenths", sa.Integer(), nullable=False),
        sa.Column("good_cap_tenths", sa.Integer(), nullable=False),
        sa.Column("aaa_single_bad_below_tenths", sa.Integer(), nullable=False),
        sa.Column("aaa_grave_free_months", sa.Integer(), nullable=False),
        sa.Column("repeat_window_months", sa.Integer(), nullable=False),
        sa.Column("repeat_factors_tenths", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("repeat_round_to_tenths", sa.Integer(), nullable=False),
        sa.Column("first_score_days", sa.Integer(), nullable=False),
        sa.Column("records_all", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_schemes"),
    )
    op.create_index("ix_schemes_in_force_from", "schemes", ["in_force_from", "loaded_at"], unique=False)
    op.create_table(
        "scheme_cuts",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("at_least_tenths", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "grade IN ('AAA', 'AA', 'A', 'B', 'C', 'BLACK')", name=op.f("ck_scheme_cuts_grade")
        ),
        sa.ForeignKeyConstraint(["scheme"], ["schemes.version"], name="fk_scheme_cuts_scheme"),
        sa.PrimaryKeyConstraint("scheme", "grade", name="pk_scheme_cuts"),
    )
    op.create_table(
        "scheme_items",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("validity_months", sa.Integer(), nullable=False),
        sa.Column("year_cap_tenths", sa.Integer(), nullable=True),
        sa.Column("recorders", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'bad') = (severity IS NOT NULL)", name=op.f("ck_scheme_items_severity_of_bad")
        ),
        sa.CheckConstraint("kind IN ('base', 'good', 'bad', 'blacklist')", name=op.f("ck_scheme_items_kind")),
        sa.CheckConstraint(
            "severity IN ('minor', 'general', 'grave')", name=op.f("ck_scheme_items_severity")
        ),
        sa.ForeignKeyConstraint(["scheme"], ["schemes.version"], name="fk_scheme_items_scheme"),
        sa.PrimaryKeyConstraint("scheme", "code", name="pk_scheme_items"),
    )
    op.create_table(
        "scheme_values",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.CheckConstraint("points_tenths >= 0", name=op.f("ck_scheme_values_points")),
        sa.ForeignKeyConstraint(
            ["scheme", "code"],
            ["scheme_items.scheme", "scheme_items.code"],
            name="fk_scheme_values_scheme_code",
        ),
        sa.PrimaryKeyConstraint("scheme", "code", "variant", name="pk_scheme_values"),
    )


def create_register() -> None:
    op.create_table(
        "entry_sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("company_name", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("application", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('entry', 'selection', 'take_over_first')", name=op.f("ck_entry_sheets_purpose")
        ),
        sa.CheckConstraint("result IN ('pass', 'warn', 'block')", name=op.f("ck_entry_sheets_result")),
        sa.PrimaryKeyConstraint("id", name="pk_entry_sheets"),
    )
    op.create_index("ix_entry_sheets_org", "entry_sheets", ["org", "id"], unique=False)
    op.create_index("ix_entry_sheets_territory", "entry_sheets", ["territory", "id"], unique=False)
    op.create_table(
        "companies",
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_org", sa.Text(), nullable=True),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("score_tenths", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'branch') = (parent_org IS NOT NULL)", name=op.f("ck_companies_parent_of_branch")
        ),
        sa.CheckConstraint("grade IN ('AAA', 'AA', 'A', 'B', 'C', 'BLACK')", name=op.f("ck_companies_grade")),
        sa.CheckConstraint(
            "org ~ '^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'", name=op.f("ck_companies_org")
        ),
        sa.CheckConstraint("kind IN ('legal_person', 'branch')", name=op.f("ck_companies_kind")),
        sa.CheckConstraint("score_tenths >= 0", name=op.f("ck_companies_score")),
        sa.ForeignKeyConstraint(["sheet_id"], ["entry_sheets.id"], name="fk_companies_sheet_id"),
        sa.PrimaryKeyConstraint("org", name="pk_companies"),
    )
    op.create_index(
        "ix_companies_grade",
        "companies",
        ["grade", sa.literal_column("score_tenths DESC"), "org"],
        unique=False,
    )
    op.create_index(
        "ix_companies_name",
        "companies",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_companies_score", "companies", [sa.literal_column("score_tenths DESC"), "org"], unique=False
    )
    op.create_index("ix_companies_territory", "companies", ["territory"], unique=False)


def create_credit() -> None:
    op.create_table(
        "credit_items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=True),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.Column("factor_tenths", sa.Integer(), nullable=True),
        sa.Column("counted_tenths", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("fact_key", sa.Text(), nullable=True),
        sa.Column("estate_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorder_unit", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("corrects", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(counted_tenths IS NULL) = (valid_from IS NULL) "
            "AND (status NOT IN ('effective', 'expired') OR valid_from IS NOT NULL)",
            name=op.f("ck_credit_items_effect"),
        ),
        sa.CheckConstraint(
            "(status = 'revoked') = (revoked_by IS NOT NULL)", name=op.f("ck_credit_items_revoked")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NOT NULL OR recorder_unit = 'system' OR status IN ('recorded', 'revoked')",
            name=op.f("ck_credit_items_confirmed"),
        ),
        sa.CheckConstraint("kind IN ('base', 'good', 'bad', 'blacklist')", name=op.f("ck_credit_items_kind")),
        sa.CheckConstraint(
            "status IN ('recorded', 'effective', 'revoked', 'expired')", name=op.f("ck_credit_items_status")
        ),
        sa.CheckConstraint("confirmed_by <> recorded_by", name=op.f("ck_credit_items_four_eyes")),
        sa.CheckConstraint(
            "points_tenths >= 0 AND counted_tenths >= points_tenths", name=op.f("ck_credit_items_points")
        ),
        sa.CheckConstraint("valid_to > valid_from", name=op.f("ck_credit_items_validity")),
        sa.ForeignKeyConstraint(["corrects"], ["credit_items.id"], name="fk_credit_items_corrects"),
        sa.ForeignKeyConstraint(["org"], ["companies.org"], name="fk_credit_items_org"),
        sa.ForeignKeyConstraint(
            ["scheme", "code", "variant"],
            ["scheme_values.scheme", "scheme_values.code", "scheme_values.variant"],
            name="fk_credit_items_scheme_code_variant",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_credit_items"),
    )
    op.create_index("ix_credit_items_org", "credit_items", ["org", "id"], unique=False)
    op.create_index("ix_credit_items_valid_to", "credit_items", ["org", "valid_to"], unique=False)
    op.create_index(
        "uq_credit_items_fact",
        "credit_items",
        ["org", "fact_key"],
        unique=True,
        postgresql_where=sa.text("kind = 'bad' AND status IN ('effective', 'expired')"),
    )
    op.create_table(
        "point_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("points_tenths", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('effect', 'reversal')", name=op.f("ck_point_entries_kind")),
        sa.CheckConstraint(
            "points_tenths >= 0 AND kind = 'effect' OR points_tenths <= 0 AND kind = 'reversal'",
            name=op.f("ck_point_entries_sign"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["credit_items.id"], name="fk_point_entries_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_point_entries"),
    )
    op.create_index("ix_point_entries_org", "point_entries", ["org", "id"], unique=False)
    op.create_index("uq_point_entries_item", "point_entries", ["item_id", "kind"], unique=True)


def create_heard() -> None:
    op.create_table(
        "waiting_facts",
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("fact_key", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("causation_id", sa.Uuid(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org", "cause", "fact_key", name="pk_waiting_facts"),
    )
    op.create_table(
        "contracts",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("estate_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("filing_due", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", name="pk_contracts"),
    )
    op.create_index("ix_contracts_org", "contracts", ["org", "start"], unique=False)
    op.create_table(
        "operator_assignments",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("start", sa.Date(), nullable=True),
        sa.Column("planned_end", sa.Date(), nullable=True),
        sa.Column("vacated_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_operator_assignments"),
    )
    op.create_index(
        "ix_operator_assignments_org", "operator_assignments", ["org", "assignment_id"], unique=False
    )
    op.create_table(
        "known_estates",
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("estate_id", name="pk_known_estates"),
    )
