"""What dispute-mediation and exchange said: complaints, joint meetings, resolution items, hotline orders.

Each fact about a case or an item owns some columns, headed by the id of the message that last set them. What
follows from several of them (state, lateness) is computed by the database, so that it cannot differ by the
order in which they came.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from supervision.tables.columns import code, flag, metadata, moment, reference, said, text, whole

__all__ = ["cases", "items", "meeting_cases", "meetings", "orders"]

STAGES: Final = "('warning_80', 'due', 'plus_5', 'plus_10')"

# A case accepted after it was resolved was reopened, and runs again.
_CASE_STATE: Final = (
    "CASE WHEN rejected_said IS NOT NULL THEN 'rejected' "
    "WHEN merged_said IS NOT NULL THEN 'merged' "
    "WHEN resolved_said IS NOT NULL AND (accepted_said IS NULL OR accepted_said < resolved_said) "
    "THEN 'resolved' "
    "WHEN accepted_said IS NOT NULL THEN 'accepted' "
    "ELSE 'received' END"
)
# An acceptance starts the clock anew; 80 per cent of the time is a warning, not yet late.
_CASE_LATE: Final = (
    "overdue_said IS NOT NULL AND stage <> 'warning_80' "
    "AND (accepted_said IS NULL OR accepted_said < overdue_said)"
)
# A check that failed leaves the duty with the one who owes it.
_ITEM_STATE: Final = (
    "CASE WHEN verified_said IS NULL THEN 'open' WHEN passed THEN 'verified' ELSE 'failed' END"
)
_ITEM_LATE: Final = "overdue_said IS NOT NULL AND stage <> 'warning_80'"

cases: Final = Table(
    "cases",
    metadata,
    reference("id", primary_key=True),
    reference("estate_id"),
    said("received_said"),
    text("case_no"),
    text("channel"),
    text("leaf"),
    text("urgency"),
    code("org"),
    text("order_no"),
    moment("received_at"),
    said("accepted_said"),
    text("level"),
    code("host_unit"),
    moment("due_at"),
    flag("due_provisional"),
    said("rejected_said"),
    text("rejection_reason"),
    said("merged_said"),
    reference("master_id"),
    whole("repeat_count"),
    said("overdue_said"),
    code("overdue_unit"),
    text("stage"),
    said("resolved_said"),
    text("result"),
    text("liability"),
    code("resolved_org"),
    whole("days"),
    said("callback_said"),
    flag("reached"),
    flag("solved"),
    whole("score"),
    said("liability_said"),
    code("liable_org"),
    text("degree"),
    moment("liability_confirmed_at"),
    Column("state", Text, Computed(_CASE_STATE, persisted=True), nullable=False),
    Column("late", Boolean, Computed(_CASE_LATE, persisted=True), nullable=False),
    CheckConstraint(f"stage IN {STAGES}", name="stage"),
    Index("ix_cases_estate", "estate_id", "received_at"),
)

meetings: Final = Table(
    "meetings",
    metadata,
    reference("id", primary_key=True),
    text("level", nullable=False),
    Column("units", ARRAY(Text), nullable=False),
    moment("starts_at", nullable=False),
)

meeting_cases: Final = Table(
    "meeting_cases",
    metadata,
    reference("case_id", nullable=False),
    reference("meeting_id", nullable=False),
    PrimaryKeyConstraint("case_id", "meeting_id"),
)

items: Final = Table(
    "items",
    metadata,
    reference("id", primary_key=True),
    reference("case_id", nullable=False),
    reference("estate_id"),
    code("unit", nullable=False),
    code("org"),
    said("assigned_said"),
    reference("meeting_id"),
    moment("due_at"),
    said("overdue_said"),
    text("stage"),
    moment("overdue_at"),
    said("verified_said"),
    flag("passed"),
    flag("on_time"),
    Column("state", Text, Computed(_ITEM_STATE, persisted=True), nullable=False),
    Column("late", Boolean, Computed(_ITEM_LATE, persisted=True), nullable=False),
    CheckConstraint(f"stage IN {STAGES}", name="stage"),
    Index("ix_items_estate", "estate_id", "due_at"),
    Index("ix_items_unit", "unit", "id"),
)

# Orders name an estate by its code. Title, text and place are left where they are: nothing here needs them.
orders: Final = Table(
    "orders",
    metadata,
    reference("id", primary_key=True),
    text("order_no", nullable=False),
    text("kind", nullable=False),
    code("estate_code"),
    moment("received_at", nullable=False),
    Index("ix_orders_estate_code", "estate_code", "kind"),
)
