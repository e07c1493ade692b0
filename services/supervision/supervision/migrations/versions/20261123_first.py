"""The read model: what the other services said of estates, companies, grievances and subsidies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.platform import create_platform_tables, drop_platform_tables

revision = "20261123_first"
down_revision = None

TABLES = (
    "budgets",
    "claim_vouchers",
    "claims",
    "orders",
    "items",
    "meeting_cases",
    "meetings",
    "cases",
    "credit_items",
    "companies",
    "contract_estates",
    "contracts",
    "operators",
    "mode_changes",
    "estate_profiles",
    "estates",
)
CASE_STATE = (
    "CASE WHEN rejected_said IS NOT NULL THEN 'rejected' "
    "WHEN merged_said IS NOT NULL THEN 'merged' "
    "WHEN resolved_said IS NOT NULL AND (accepted_said IS NULL OR accepted_said < resolved_said) "
    "THEN 'resolved' "
    "WHEN accepted_said IS NOT NULL THEN 'accepted' "
    "ELSE 'received' END"
)
CASE_LATE = (
    "overdue_said IS NOT NULL AND stage <> 'warning_80' "
    "AND (accepted_said IS NULL OR accepted_said < overdue_said)"
)


def upgrade() -> None:
    create_platform_tables("supervision")
    create_register()
    create_companies()
    create_grievances()
    create_subsidies()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    drop_platform_tables()


def create_register() -> None:
    op.create_table(
        "estates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("year_built", sa.Integer),
        sa.Column("registered_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_estates"),
        sa.UniqueConstraint("code", name="uq_estates_code"),
    )
    op.create_index("ix_estates_territory", "estates", ["territory", "code"], unique=False)
    op.create_table(
        "estate_profiles",
        sa.Column("estate_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("area_m2x100", sa.BigInteger, nullable=False),
        sa.Column("households", sa.Integer, nullable=False),
        sa.Column("buildings", sa.Integer, nullable=False),
        sa.Column("three_no", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("estate_id", name="pk_estate_profiles"),
    )
    op.create_table(
        "mode_changes",
        sa.Column("said", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid, nullable=False),
        sa.Column("mode", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date),
        sa.PrimaryKeyConstraint("said", name="pk_mode_changes"),
    )
    op.create_index("ix_mode_changes_estate", "mode_changes", ["estate_id", "starts_on"], unique=False)
    op.create_table(
        "operators",
        sa.Column("assignment_id", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("org", sa.Text(collation="C")),
        sa.Column("custodian", sa.Text(collation="C")),
        sa.Column("assigned_said", sa.Uuid),
        sa.Column("contract_id", sa.Uuid),
        sa.Column("starts_on", sa.Date),
        sa.Column("planned_end", sa.Date),
        sa.Column("vacated_said", sa.Uuid),
        sa.Column("vacated_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column(
            "ends_on",
            sa.Date,
            sa.Computed(
                "CASE WHEN vacated_said > assigned_said THEN vacated_on ELSE planned_end END", persisted=True
            ),
        ),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_operators"),
    )
    op.create_index("ix_operators_estate", "operators", ["estate_id", "starts_on"], unique=False)
    op.create_index("ix_operators_org", "operators", ["org", "estate_id"], unique=False)
    op.create_table(
        "contracts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("contract_no", sa.Text, nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=False),
        sa.Column("fee_fen_per_m2_month", sa.BigInteger, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("signed_on", sa.Date, nullable=False),
        sa.Column("filing_due", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contracts"),
    )
    op.create_table(
        "contract_estates",
        sa.Column("estate_id", sa.Uuid, nullable=False),
        sa.Column("contract_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("estate_id", "contract_id", name="pk_contract_estates"),
    )


def create_companies() -> None:
    op.create_table(
        "companies",
        sa.Column("org", sa.Text(collation="C"), nullable=False),
        sa.Column("entered_said", sa.Uuid),
        sa.Column("name", sa.Text),
        sa.Column("graded_said", sa.Uuid),
        sa.Column("grade", sa.Text),
        sa.Column("score_tenths", sa.Integer),
        sa.Column("rated", sa.Boolean),
        sa.Column("scheme", sa.Text),
        sa.Column("graded_on", sa.Date),
        sa.PrimaryKeyConstraint("org", name="pk_companies"),
    )
    op.create_index("ix_companies_grade", "companies", ["grade", "org"], unique=False)
    op.create_table(
        "credit_items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("recorded_said", sa.Uuid),
        sa.Column("kind", sa.Text),
        sa.Column("points_tenths", sa.Integer),
        sa.Column("estate_id", sa.Uuid),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.Column("revoked_said", sa.Uuid),
        sa.Column("revoked_reason", sa.Text),
        sa.CheckConstraint("kind IN ('base', 'good', 'bad', 'blacklist')", name="ck_credit_items_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_credit_items"),
    )
    op.create_index("ix_credit_items_estate", "credit_items", ["estate_id", "id"], unique=False)
    op.create_index("ix_credit_items_org", "credit_items", ["org", "id"], unique=False)


def create_grievances() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid),
        sa.Column("received_said", sa.Uuid),
        sa.Column("case_no", sa.Text),
        sa.Column("channel", sa.Text),
        sa.Column("leaf", sa.Text),
        sa.Column("urgency", sa.Text),
        sa.Column("org", sa.Text(collation="C")),
        sa.Column("order_no", sa.Text),
        sa.Column("received_at", sa.DateTime(timezone=True)),
        sa.Column("accepted_said", sa.Uuid),
        sa.Column("level", sa.Text),
        sa.Column("host_unit", sa.Text(collation="C")),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("due_provisional", sa.Boolean),
        sa.Column("rejected_said", sa.Uuid),
        sa.Column("rejection_reason", sa.Text),
        sa.Column("merged_said", sa.Uuid),
        sa.Column("master_id", sa.Uuid),
        sa.Column("repeat_count", sa.Integer),
        sa.Column("overdue_said", sa.Uuid),
        sa.Column("overdue_unit", sa.Text(collation="C")),
        sa.Column("stage", sa.Text),
        sa.Column("resolved_said", sa.Uuid),
        sa.Column("result", sa.Text),
        sa.Column("liability", sa.Text),
        sa.Column("resolved_org", sa.Text(collation="C")),
        sa.Column("days", sa.Integer),
        sa.Column("callback_said", sa.Uuid),
        sa.Column("reached", sa.Boolean),
        sa.Column("solved", sa.Boolean),
        sa.Column("score", sa.Integer),
        sa.Column("liability_said", sa.Uuid),
        sa.Column("liable_org", sa.Text(collation="C")),
        sa.Column("degree", sa.Text),
        sa.Column("liability_confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("state", sa.Text, sa.Computed(CASE_STATE, persisted=True), nullable=False),
        sa.Column("late", sa.Boolean, sa.Computed(CASE_LATE, persisted=True), nullable=False),
        sa.CheckConstraint("stage IN ('warning_80', 'due', 'plus_5', 'plus_10')", name="ck_cases_stage"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    op.create_index("ix_cases_estate", "cases", ["estate_id", "received_at"], unique=False)
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("units", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
    )
    op.create_table(
        "meeting_cases",
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("meeting_id", sa.Uuid, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "meeting_id", name="pk_meeting_cases"),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("org", sa.Text(collation="C")),
        sa.Column("assigned_said", sa.Uuid),
        sa.Column("meeting_id", sa.Uuid),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("overdue_said", sa.Uuid),
        sa.Column("stage", sa.Text),
        sa.Column("overdue_at", sa.DateTime(timezone=True)),
        sa.Column("verified_said", sa.Uuid),
        sa.Column("passed", sa.Boolean),
        sa.Column("on_time", sa.Boolean),
        sa.Column(
            "state",
            sa.Text,
            sa.Computed(
                "CASE WHEN verified_said IS NULL THEN 'open' WHEN passed THEN 'verified' ELSE 'failed' END",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "late",
            sa.Boolean,
            sa.Computed("overdue_said IS NOT NULL AND stage <> 'warning_80'", persisted=True),
            nullable=False,
        ),
        sa.CheckConstraint("stage IN ('warning_80', 'due', 'plus_5', 'plus_10')", name="ck_items_stage"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
    )
    op.create_index("ix_items_estate", "items", ["estate_id", "due_at"], unique=False)
    op.create_index("ix_items_unit", "items", ["unit", "id"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("order_no", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("estate_code", sa.Text(collation="C")),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
    )
    op.create_index("ix_orders_estate_code", "orders", ["estate_code", "kind"], unique=False)


def create_subsidies() -> None:
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("estate_id", sa.Uuid, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("payee", sa.Text, nullable=False),
        sa.Column("applied_said", sa.Uuid),
        sa.Column("claim_no", sa.Text),
        sa.Column("applied_fen", sa.BigInteger),
        sa.Column("reviewed_said", sa.Uuid),
        sa.Column("step", sa.Text),
        sa.Column("passed", sa.Boolean),
        sa.Column("reviewed_fen", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index("ix_claims_estate", "claims", ["estate_id", "id"], unique=False)
    op.create_table(
        "claim_vouchers",
        sa.Column("claim_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("voucher_no", sa.Text, nullable=False),
        sa.Column("amount_fen", sa.BigInteger, nullable=False),
        sa.Column("coefficient_hundredths", sa.Integer),
        sa.Column("reversed_by", sa.Text),
        sa.CheckConstraint("kind IN ('committed', 'disbursed')", name="ck_claim_vouchers_kind"),
        sa.PrimaryKeyConstraint("claim_id", "kind", "voucher_no", name="pk_claim_vouchers"),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("reached_said", sa.Uuid),
        sa.Column("used_percent", sa.Integer, nullable=False),
        sa.Column("approved_fen", sa.BigInteger, nullable=False),
        sa.Column("used_fen", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
    )
    op.create_index("ix_budgets_programme", "budgets", ["programme", "year"], unique=False)
