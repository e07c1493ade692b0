"""What is complained of, what was decided about it, and what is still owed."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.dispute_mediation import Channel, Level, OverdueStage, Urgency
from shared.web import View

__all__ = ["ComplaintView", "ComplaintsView", "ItemView", "ItemsView", "MeetingView", "OrdersView"]


class ComplaintView(View):
    """A complaint. `overdue` says that it is open and its term has run out, `late` that it ran out."""

    id: UUID
    case_no: str | None
    channel: Channel | None
    leaf: str | None
    urgency: Urgency | None
    order_no: str | None
    state: Literal["received", "accepted", "rejected", "merged", "resolved"]
    level: Level | None
    host_unit: str | None
    received_at: datetime | None
    due_at: datetime | None
    stage: OverdueStage | None
    late: bool
    overdue: bool
    master_id: UUID | None
    result: str | None
    days: int | None
    liable_org: str | None
    degree: str | None
    reached: bool | None
    solved: bool | None
    score: int | None


class ComplaintsView(View):
    """How many complaints there are in each state, and the latest of them."""

    received: int
    accepted: int
    open: int
    overdue: int
    resolved: int
    resolved_on_time: int
    rejected: int
    merged: int
    liability_confirmed: int
    latest: list[ComplaintView]


class MeetingView(View):
    """A joint meeting that dealt with complaints of this estate."""

    id: UUID
    level: Level
    units: list[str]
    starts_at: datetime
    cases: int


class ItemView(View):
    """A duty from a joint meeting: open, seen done (verified), or seen undone and still owed (failed)."""

    id: UUID
    case_id: UUID
    meeting_id: UUID | None
    unit: str
    org: str | None
    due_at: datetime | None
    state: Literal["open", "verified", "failed"]
    stage: OverdueStage | None
    late: bool
    overdue: bool
    on_time: bool | None


class ItemsView(View):
    """How the duties stand: open ones include those whose check failed; and the latest of them."""

    open: int
    overdue: int
    verified: int
    verified_on_time: int
    latest: list[ItemView]


class OrdersView(View):
    """How many orders of the hotline named this estate, by kind."""

    total: int
    by_kind: dict[str, int]
