"""The tables of a case: its course, what was written, who wrote it, what came of it."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from dispute_mediation.tables.schema import metadata, moment, one_of, text_code
from shared.storage import DISTRICT, TOWN, led_index, readable, territory_column

__all__ = [
    "callbacks",
    "case_links",
    "case_numbers",
    "case_persons",
    "case_statements",
    "case_steps",
    "cases",
    "resolutions",
]

# The states of a case whose result is owed; the domain's own set is compared with the index by a test.
_OPEN_STATES: Final = "'received', 'accepted', 'assigned', 'handling', 'joint_meeting'"

cases: Final = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    text_code("case_no"),
    Column("version", Integer, nullable=False),
    territory_column(),
    Column("state", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("leaf", Text(collation="C"), ForeignKey("leaves.code"), nullable=False),
    Column("urgency", Text, nullable=False),
    Column("estate_id", Uuid),
    text_code("estate_code", nullable=True),
    Column("estate_known", Boolean, nullable=False),
    text_code("org", nullable=True),
    Column("mark", Text),
    Column("anonymous", Boolean, nullable=False),
    Column("want_secret", Boolean, nullable=False),
    text_code("order_no", nullable=True),
    moment("hotline_sign_due"),
    moment("hotline_due"),
    Column("filed_by", Text, nullable=False),
    moment("received_at", nullable=False),
    Column("received_on", Date, nullable=False),
    text_code("host_unit", nullable=True),
    Column("assist_units", ARRAY(Text), nullable=False),
    Column("level", Text),
    Column("handler", Text),
    Column("barred_handler", Text),
    Column("returns", Integer, nullable=False),
    moment("dispatch_due_at", nullable=False),
    moment("accepted_at"),
    moment("sign_due_at"),
    moment("clock_started_at"),
    moment("due_at"),
    Column("due_provisional", Boolean, nullable=False),
    Column("extensions", Integer, nullable=False),
    Column("stage", Text),
    Column("rejection_reason", Text(collation="C"), ForeignKey("rejection_reasons.code")),
    Column("master_id", Uuid, ForeignKey("cases.id")),
    Column("repeat_count", Integer, nullable=False),
    Column("callback_required", Boolean, nullable=False),
    moment("callback_due_at"),
    Column("callback_tries", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    moment("closed_at"),
    one_of(
        "state",
        "received",
        "rejected",
        "merged",
        "accepted",
        "assigned",
        "handling",
        "joint_meeting",
        "resolved",
        "called_back",
        "closed",
    ),
    one_of(
        "channel",
        "hotline_12345",
        "city_platform",
        "community_window",
        "mobile_app",
        "grid_worker",
        "petition_office",
        "media_or_leader",
        "court_transfer",
        "inspection",
    ),
    one_of("kind", "consult", "help", "complaint", "report", "advice", "praise"),
    one_of("urgency", "normal", "urgent", "extra"),
    one_of("stage", "warning_80", "due", "plus_5", "plus_10"),
    one_of("level", "community", "town", "district"),
    CheckConstraint("(state = 'rejected') = (rejection_reason IS NOT NULL)", name="rejected_with_reason"),
    CheckConstraint("(state = 'merged') = (master_id IS NOT NULL)", name="merged_into_master"),
    CheckConstraint("master_id <> id", name="not_its_own_master"),
    CheckConstraint("handler <> barred_handler", name="other_handler"),
    CheckConstraint(
        "state IN ('received', 'rejected', 'merged') OR (host_unit IS NOT NULL AND due_at IS NOT NULL)",
        name="accepted_with_host_and_term",
    ),
    Index("uq_cases_case_no", "case_no", unique=True),
    Index("uq_cases_order_no", "order_no", unique=True, postgresql_where=text("order_no IS NOT NULL")),
    # What lists of a town are led by, with what is asked for most: a town has some thousand cases.
    led_index("ix_cases_town", TOWN, "id", "state", "territory", "leaf"),
    # A district has some hundred thousand: an index for each order, and for each filter in the pages' order.
    led_index("ix_cases_district", DISTRICT, "id", "territory"),
    led_index("ix_cases_district_received_at", DISTRICT, "received_at", "id", "territory"),
    led_index("ix_cases_district_state", DISTRICT, "state", "id", "territory"),
    led_index("ix_cases_district_leaf", DISTRICT, "leaf", "id", "territory"),
    led_index(
        "ix_cases_district_host_unit", DISTRICT, "host_unit", "id", "territory", where="host_unit IS NOT NULL"
    ),
    led_index(
        "ix_cases_district_due_at", DISTRICT, "due_at", "territory", where=f"state IN ({_OPEN_STATES})"
    ),
    Index("ix_cases_filed_by", "filed_by", "id"),
    Index("ix_cases_estate_id", "estate_id", "received_at"),
    Index("ix_cases_master_id", "master_id", postgresql_where=text("master_id IS NOT NULL")),
    Index("ix_cases_estate_code", "estate_code", postgresql_where=text("NOT estate_known")),
)
readable(
    cases,
    "id case_no territory state channel kind leaf urgency estate_id estate_code org received_at "
    "received_on host_unit assist_units level returns accepted_at due_at due_provisional extensions stage "
    "rejection_reason master_id repeat_count round closed_at version",
)

case_statements: Final = Table(
    "case_statements",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("text", Text, nullable=False),
    Column("wish", Text),
    Column("building", Text),
    Column("place_text", Text),
    Column("files", JSONB, nullable=False),
)

# Sealed; apart from the case, so that it can be deleted three years after the end (Y-07).
case_persons: Final = Table(
    "case_persons",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("name", Text),
    Column("phone", Text),
)

# Who has to do with a case beyond their territory: `unit:…`, `org:…` or `person:…`.
case_links: Final = Table(
    "case_links",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("party", Text(collation="C"), primary_key=True),
    Index("ix_case_links_party", "party", "case_id"),
)

case_numbers: Final = Table(
    "case_numbers",
    metadata,
    Column("town", Text(collation="C"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

# What happened to a case without any other context being told; the rest of its course is the journal.
case_steps: Final = Table(
    "case_steps",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    moment("at", nullable=False),
    Column("step", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("unit", Text),
    Column("note", Text),
    Index("ix_case_steps_case_id", "case_id", "at"),
)

resolutions: Final = Table(
    "resolutions",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("result", Text, nullable=False),
    Column("liability", Text, nullable=False),
    text_code("org", nullable=True),
    Column("degree", Text),
    Column("reply", Text, nullable=False),
    Column("evidence", JSONB, nullable=False),
    Column("evidence_hash", Text, nullable=False),
    Column("days", Integer, nullable=False),
    Column("resolved_by", Text, nullable=False),
    moment("resolved_at", nullable=False),
    Column("confirmed_by", Text),
    moment("confirmed_at"),
    one_of("result", "solved", "partly", "unsolved", "explained", "unreasonable"),
    one_of("liability", "none", "company", "other"),
    one_of("degree", "minor", "main", "full"),
    CheckConstraint("(liability = 'company') = (org IS NOT NULL)", name="company_named"),
    CheckConstraint("(liability = 'company') = (degree IS NOT NULL)", name="degree_stated"),
    CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_someone"),
    CheckConstraint("confirmed_by <> resolved_by", name="confirmed_by_another"),
    CheckConstraint("confirmed_by IS NULL OR liability = 'company'", name="confirmed_liability"),
    Index(
        "uq_resolutions_confirmed", "case_id", unique=True, postgresql_where=text("confirmed_by IS NOT NULL")
    ),
)

callbacks: Final = Table(
    "callbacks",
    metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("try_no", Integer, primary_key=True, autoincrement=False),
    Column("reached", Boolean, nullable=False),
    Column("solved", Boolean),
    Column("score", Integer),
    Column("note", Text),
    Column("person", Text, nullable=False),
    moment("at", nullable=False),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
    CheckConstraint("reached OR (solved IS NULL AND score IS NULL)", name="answered_when_reached"),
)
