"""The tables of joint meetings and of the duties assigned at them."""

from typing import Final

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
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
from shared.storage import readable, territory_column

__all__ = ["items", "meeting_cases", "meeting_units", "meetings"]

# The states of a duty that is owed; the domain's own set is compared with the index by a test.
_OWED: Final = "'assigned', 'accepted', 'in_progress', 'rejected'"

meetings: Final = Table(
    "meetings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    territory_column(),
    Column("state", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("chair", Text, nullable=False),
    Column("place", Text, nullable=False),
    moment("noticed_at", nullable=False),
    moment("starts_at", nullable=False),
    Column("convened_by", Text, nullable=False),
    moment("convened_at", nullable=False),
    Column("chair_present", Boolean),
    moment("minutes_due_at"),
    Column("minutes", JSONB),
    moment("minuted_at"),
    one_of("state", "convened", "held", "failed", "minuted", "cancelled"),
    one_of("level", "town", "district"),
    one_of("kind", "regular", "special", "emergency"),
    CheckConstraint("noticed_at <= convened_at", name="noticed_before"),
    CheckConstraint("(state = 'minuted') = (minutes IS NOT NULL)", name="minuted_with_minutes"),
    Index("ix_meetings_territory", "territory", "id"),
    Index("ix_meetings_state", "state", "id"),
    Index("ix_meetings_starts_at", "starts_at", "id"),
)
readable(meetings, "id territory state level kind starts_at convened_at minuted_at version")

# Units count for the quorum, parties (companies, committees) do not; `attended` is set by the roll call.
meeting_units: Final = Table(
    "meeting_units",
    metadata,
    Column("meeting_id", Uuid, ForeignKey("meetings.id"), primary_key=True),
    Column("unit", Text(collation="C"), primary_key=True),
    Column("seat", Text, nullable=False),
    Column("attended", Boolean, nullable=False),
    one_of("seat", "lead", "unit", "party"),
    Index("ix_meeting_units_unit", "unit", "meeting_id"),
)

meeting_cases: Final = Table(
    "meeting_cases",
    metadata,
    Column("meeting_id", Uuid, ForeignKey("meetings.id"), primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), primary_key=True),
    Index("ix_meeting_cases_case_id", "case_id", "meeting_id"),
)

items: Final = Table(
    "items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    territory_column(),
    Column("state", Text, nullable=False),
    Column("meeting_id", Uuid, ForeignKey("meetings.id"), nullable=False),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("estate_id", Uuid),
    Column("text", Text, nullable=False),
    Column("deliverable", Text, nullable=False),
    text_code("unit"),
    text_code("org", nullable=True),
    Column("assist_units", ARRAY(Text), nullable=False),
    Column("check_person", Text, nullable=False),
    Column("assigned_by", Text, nullable=False),
    moment("assigned_at", nullable=False),
    moment("accept_due_at", nullable=False),
    moment("due_at", nullable=False),
    Column("due_provisional", Boolean, nullable=False),
    Column("stage", Text),
    Column("objected", Boolean, nullable=False),
    Column("objection", Text),
    moment("decision_due_at"),
    Column("claimed_by", Text),
    moment("claimed_at"),
    Column("claim", Text),
    Column("verified_by", Text),
    moment("verified_at"),
    one_of(
        "state",
        "assigned",
        "objected",
        "withdrawn",
        "accepted",
        "in_progress",
        "claimed",
        "verified",
        "rejected",
        "closed",
    ),
    one_of("stage", "warning_80", "due", "plus_5", "plus_10"),
    CheckConstraint("due_at > assigned_at", name="due_after_assigned"),
    CheckConstraint("verified_by <> claimed_by", name="verified_by_another"),
    CheckConstraint("state <> 'verified' OR verified_by IS NOT NULL", name="verified_by_someone"),
    Index("ix_items_territory", "territory", "id"),
    Index("ix_items_state", "state", "id"),
    Index("ix_items_due_order", "due_at", "id"),
    Index("ix_items_unit", "unit", "id"),
    Index("ix_items_org", "org", "id"),
    Index("ix_items_case_id", "case_id", "id"),
    Index("ix_items_meeting_id", "meeting_id", "id"),
    Index("ix_items_due_at", "due_at", postgresql_where=text(f"state IN ({_OWED})")),
)
readable(
    items,
    "id territory state meeting_id case_id estate_id unit org assist_units assigned_at accept_due_at "
    "due_at due_provisional stage objected claimed_at verified_at version",
)
