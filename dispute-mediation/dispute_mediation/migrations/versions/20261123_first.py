"""Cases, joint meetings, resolution items, and what other contexts said of estates and operators."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.platform import append_only, create_platform_tables, drop_platform_tables

revision: Final = "20261123_first"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

_TABLES: Final = (
    "leaves",
    "rejection_reasons",
    "known_estates",
    "known_operators",
    "cases",
    "case_numbers",
    "case_statements",
    "case_persons",
    "case_links",
    "case_steps",
    "resolutions",
    "callbacks",
    "meetings",
    "meeting_units",
    "meeting_cases",
    "items",
)
# What was written and done is not rewritten.
_APPEND_ONLY: Final = ("case_steps", "callbacks")
# A statement may be deleted with its person (Y-07), never changed.
_STATEMENTS_STAND: Final = """
CREATE TRIGGER statements_stand BEFORE UPDATE ON case_statements
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""
# A result is confirmed once; nothing else of it ever changes.
_RESULTS_STAND: Final = """
CREATE TRIGGER results_stand BEFORE UPDATE ON resolutions FOR EACH ROW
WHEN (
    OLD.confirmed_by IS NOT NULL
    OR (OLD.result, OLD.liability, OLD.org, OLD.degree, OLD.reply, OLD.evidence_hash, OLD.resolved_by)
    IS DISTINCT FROM
    (NEW.result, NEW.liability, NEW.org, NEW.degree, NEW.reply, NEW.evidence_hash, NEW.resolved_by)
)
EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    create_platform_tables("dispute_mediation")
    _make_reference_tables()
    _make_case_tables()
    _make_tables_beside_cases()
    _make_outcome_tables()
    _make_meeting_tables()
    for table in _APPEND_ONLY:
        append_only(table)
    op.execute(_STATEMENTS_STAND)
    op.execute(_RESULTS_STAND)


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    drop_platform_tables()


def _make_reference_tables() -> None:
    """Make leaves, reasons, and what other contexts told."""
    op.create_table(
        "leaves",
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(collation="C"), nullable=False),
        sa.Column("assist", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("parties", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("limit", sa.Integer(), nullable=False),
        sa.Column("limit_unit", sa.Text(), nullable=False),
        sa.Column("first_limit", sa.Integer(), nullable=True),
        sa.Column("first_unit", sa.Text(), nullable=True),
        sa.Column("mediable", sa.Boolean(), nullable=False),
        sa.Column("danger", sa.Text(), nullable=False),
        sa.Column("credit_items", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("law_refs", sa.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("danger IN ('none', 'possible', 'high')", name=op.f("ck_leaves_danger")),
        sa.CheckConstraint("first_unit IN ('wd', 'day', 'hour')", name=op.f("ck_leaves_first_unit")),
        sa.CheckConstraint("limit_unit IN ('wd', 'day', 'hour')", name=op.f("ck_leaves_limit_unit")),
        sa.CheckConstraint('"limit" > 0', name=op.f("ck_leaves_limit")),
        sa.CheckConstraint(
            "(first_limit IS NULL) = (first_unit IS NULL)", name=op.f("ck_leaves_first_limit")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_leaves")),
    )
    op.create_table(
        "rejection_reasons",
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_rejection_reasons")),
    )
    op.create_table(
        "known_estates",
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_known_estates")),
    )
    op.create_index("uq_known_estates_code", "known_estates", ["code"], unique=True)
    op.create_table(
        "known_operators",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=True),
        sa.Column("custodian", sa.Text(collation="C"), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_known_operators")),
    )
    op.create_index("ix_known_operators_estate_id", "known_operators", ["estate_id", "start"], unique=False)


def _make_case_tables() -> None:
    """Make the case itself."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_no", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("leaf", sa.Text(collation="C"), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=True),
        sa.Column("estate_code", sa.Text(collation="C"), nullable=True),
        sa.Column("estate_known", sa.Boolean(), nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=True),
        sa.Column("mark", sa.Text(), nullable=True),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("want_secret", sa.Boolean(), nullable=False),
        sa.Column("order_no", sa.Text(collation="C"), nullable=True),
        sa.Column("hotline_sign_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hotline_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("host_unit", sa.Text(collation="C"), nullable=True),
        sa.Column("assist_units", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("handler", sa.Text(), nullable=True),
        sa.Column("barred_handler", sa.Text(), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("dispatch_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sign_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("rejection_reason", sa.Text(collation="C"), nullable=True),
        sa.Column("master_id", sa.Uuid(), nullable=True),
        sa.Column("repeat_count", sa.Integer(), nullable=False),
        sa.Column("callback_required", sa.Boolean(), nullable=False),
        sa.Column("callback_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("callback_tries", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (master_id IS NOT NULL)", name=op.f("ck_cases_merged_into_master")
        ),
        sa.CheckConstraint(
            "(state = 'rejected') = (rejection_reason IS NOT NULL)",
            name=op.f("ck_cases_rejected_with_reason"),
        ),
        sa.CheckConstraint(
            "channel IN ('hotline_12345', 'city_platform', 'community_window', 'mobile_app', "
            "'grid_worker', 'petition_office', 'media_or_leader', 'court_transfer', 'inspection')",
            name=op.f("ck_cases_channel"),
        ),
        sa.CheckConstraint(
            "kind IN ('consult', 'help', 'complaint', 'report', 'advice', 'praise')",
            name=op.f("ck_cases_kind"),
        ),
        sa.CheckConstraint("level IN ('community', 'town', 'district')", name=op.f("ck_cases_level")),
        sa.CheckConstraint(
            "stage IN ('warning_80', 'due', 'plus_5', 'plus_10')", name=op.f("ck_cases_stage")
        ),
        sa.CheckConstraint(
            "state IN ('received', 'rejected', 'merged') OR (host_unit IS NOT NULL AND due_at IS NOT NULL)",
            name=op.f("ck_cases_accepted_with_host_and_term"),
        ),
        sa.CheckConstraint(
            "state IN ('received', 'rejected', 'merged', 'accepted', 'assigned', "
            "'handling', 'joint_meeting', 'resolved', 'called_back', 'closed')",
            name=op.f("ck_cases_state"),
        ),
        sa.CheckConstraint("urgency IN ('normal', 'urgent', 'extra')", name=op.f("ck_cases_urgency")),
        sa.CheckConstraint("handler <> barred_handler", name=op.f("ck_cases_other_handler")),
        sa.CheckConstraint("master_id <> id", name=op.f("ck_cases_not_its_own_master")),
        sa.ForeignKeyConstraint(["leaf"], ["leaves.code"], name=op.f("fk_cases_leaf")),
        sa.ForeignKeyConstraint(["master_id"], ["cases.id"], name=op.f("fk_cases_master_id")),
        sa.ForeignKeyConstraint(
            ["rejection_reason"], ["rejection_reasons.code"], name=op.f("fk_cases_rejection_reason")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    op.create_index(
        "ix_cases_due_at",
        "cases",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text(
            "state IN ('received', 'accepted', 'assigned', 'handling', 'joint_meeting')"
        ),
    )
    op.create_index(
        "ix_cases_estate_code",
        "cases",
        ["estate_code"],
        unique=False,
        postgresql_where=sa.text("NOT estate_known"),
    )
    op.create_index("ix_cases_estate_id", "cases", ["estate_id", "received_at"], unique=False)
    op.create_index("ix_cases_filed_by", "cases", ["filed_by", "id"], unique=False)
    op.create_index("ix_cases_host_unit", "cases", ["host_unit", "id"], unique=False)
    op.create_index("ix_cases_leaf", "cases", ["leaf", "id"], unique=False)
    op.create_index("ix_cases_master_id", "cases", ["master_id"], unique=False)
    op.create_index("ix_cases_state", "cases", ["state", "id"], unique=False)
    op.create_index("ix_cases_territory", "cases", ["territory", "id"], unique=False)
    op.create_index("uq_cases_case_no", "cases", ["case_no"], unique=True)
    op.create_index(
        "uq_cases_order_no",
        "cases",
        ["order_no"],
        unique=True,
        postgresql_where=sa.text("order_no IS NOT NULL"),
    )
    op.create_table(
        "case_numbers",
        sa.Column("town", sa.Text(collation="C"), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("town", "year", name=op.f("pk_case_numbers")),
    )


def _make_tables_beside_cases() -> None:
    """Make what stands beside a case."""
    op.create_table(
        "case_statements",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("place_text", sa.Text(), nullable=True),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_statements_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_statements")),
    )
    op.create_table(
        "case_persons",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_persons_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_persons")),
    )
    op.create_table(
        "case_links",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_links_case_id")),
        sa.PrimaryKeyConstraint("case_id", "party", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_party", "case_links", ["party", "case_id"], unique=False)
    op.create_table(
        "case_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_steps_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_steps")),
    )
    op.create_index("ix_case_steps_case_id", "case_steps", ["case_id", "at"], unique=False)


def _make_outcome_tables() -> None:
    """Make results and callbacks."""
    op.create_table(
        "resolutions",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("liability", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=True),
        sa.Column("degree", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("evidence_hash", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Text(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(liability = 'company') = (degree IS NOT NULL)", name=op.f("ck_resolutions_degree_stated")
        ),
        sa.CheckConstraint(
            "(liability = 'company') = (org IS NOT NULL)", name=op.f("ck_resolutions_company_named")
        ),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR liability = 'company'", name=op.f("ck_resolutions_confirmed_liability")
        ),
        sa.CheckConstraint("degree IN ('minor', 'main', 'full')", name=op.f("ck_resolutions_degree")),
        sa.CheckConstraint(
            "liability IN ('none', 'company', 'other')", name=op.f("ck_resolutions_liability")
        ),
        sa.CheckConstraint(
            "result IN ('solved', 'partly', 'unsolved', 'explained', 'unreasonable')",
            name=op.f("ck_resolutions_result"),
        ),
        sa.CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_resolutions_confirmed_by_someone"),
        ),
        sa.CheckConstraint("confirmed_by <> resolved_by", name=op.f("ck_resolutions_confirmed_by_another")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_resolutions_case_id")),
        sa.PrimaryKeyConstraint("case_id", "round", name=op.f("pk_resolutions")),
    )
    op.create_index(
        "uq_resolutions_confirmed",
        "resolutions",
        ["case_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_by IS NOT NULL"),
    )
    op.create_table(
        "callbacks",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("try_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reached OR (solved IS NULL AND score IS NULL)", name=op.f("ck_callbacks_answered_when_reached")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_callbacks_score")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_callbacks_case_id")),
        sa.PrimaryKeyConstraint("case_id", "round", "try_no", name=op.f("pk_callbacks")),
    )


def _make_meeting_tables() -> None:
    """Make meetings and duties."""
    op.create_table(
        "meetings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("chair", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("convened_by", sa.Text(), nullable=False),
        sa.Column("convened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chair_present", sa.Boolean(), nullable=True),
        sa.Column("minutes_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", postgresql.JSONB(), nullable=True),
        sa.Column("minuted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'minuted') = (minutes IS NOT NULL)", name=op.f("ck_meetings_minuted_with_minutes")
        ),
        sa.CheckConstraint("kind IN ('regular', 'special', 'emergency')", name=op.f("ck_meetings_kind")),
        sa.CheckConstraint("level IN ('town', 'district')", name=op.f("ck_meetings_level")),
        sa.CheckConstraint(
            "state IN ('convened', 'held', 'failed', 'minuted', 'cancelled')", name=op.f("ck_meetings_state")
        ),
        sa.CheckConstraint("noticed_at <= convened_at", name=op.f("ck_meetings_noticed_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_state", "meetings", ["state", "id"], unique=False)
    op.create_index("ix_meetings_territory", "meetings", ["territory", "id"], unique=False)
    op.create_table(
        "meeting_units",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=False),
        sa.CheckConstraint("seat IN ('lead', 'unit', 'party')", name=op.f("ck_meeting_units_seat")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_units_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "unit", name=op.f("pk_meeting_units")),
    )
    op.create_index("ix_meeting_units_unit", "meeting_units", ["unit", "meeting_id"], unique=False)
    op.create_table(
        "meeting_cases",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meeting_cases_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_cases_meeting_id")),
        sa.PrimaryKeyConstraint("meeting_id", "case_id", name=op.f("pk_meeting_cases")),
    )
    op.create_index("ix_meeting_cases_case_id", "meeting_cases", ["case_id", "meeting_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("deliverable", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(collation="C"), nullable=False),
        sa.Column("org", sa.Text(collation="C"), nullable=True),
        sa.Column("assist_units", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("check_person", sa.Text(), nullable=False),
        sa.Column("assigned_by", sa.Text(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=True),
        sa.Column("objected", sa.Boolean(), nullable=False),
        sa.Column("objection", sa.Text(), nullable=True),
        sa.Column("decision_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("verified_by", sa.Text(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "stage IN ('warning_80', 'due', 'plus_5', 'plus_10')", name=op.f("ck_items_stage")
        ),
        sa.CheckConstraint(
            "state <> 'verified' OR verified_by IS NOT NULL", name=op.f("ck_items_verified_by_someone")
        ),
        sa.CheckConstraint(
            "state IN ('assigned', 'objected', 'withdrawn', 'accepted', 'in_progress', "
            "'claimed', 'verified', 'rejected', 'closed')",
            name=op.f("ck_items_state"),
        ),
        sa.CheckConstraint("due_at > assigned_at", name=op.f("ck_items_due_after_assigned")),
        sa.CheckConstraint("verified_by <> claimed_by", name=op.f("ck_items_verified_by_another")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_items_case_id")),
        sa.ForeignKeyConstraint(["meeting_id"], ["meetings.id"], name=op.f("fk_items_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    op.create_index("ix_items_case_id", "items", ["case_id", "id"], unique=False)
    op.create_index(
        "ix_items_due_at",
        "items",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('assigned', 'accepted', 'in_progress', 'rejected')"),
    )
    op.create_index("ix_items_meeting_id", "items", ["meeting_id", "id"], unique=False)
    op.create_index("ix_items_org", "items", ["org", "id"], unique=False)
    op.create_index("ix_items_state", "items", ["state", "id"], unique=False)
    op.create_index("ix_items_territory", "items", ["territory", "id"], unique=False)
    op.create_index("ix_items_unit", "items", ["unit", "id"], unique=False)
