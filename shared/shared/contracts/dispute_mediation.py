"""Facts published by dispute-mediation (domain, section 10, events 27-43)."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

__all__ = [
    "CallbackCompleted",
    "Channel",
    "ComplaintAccepted",
    "ComplaintLiabilityConfirmed",
    "ComplaintMergedAsRepeat",
    "ComplaintOverdue",
    "ComplaintReceived",
    "ComplaintRejected",
    "ComplaintResolved",
    "JointMeetingConvened",
    "Level",
    "OverdueStage",
    "ResolutionItemAssigned",
    "ResolutionItemOverdue",
    "ResolutionItemVerified",
    "Urgency",
]

Channel = Literal[
    "hotline_12345",
    "city_platform",
    "community_window",
    "mobile_app",
    "grid_worker",
    "petition_office",
    "media_or_leader",
    "court_transfer",
    "inspection",
]
Urgency = Literal["normal", "urgent", "extra"]
Level = Literal["community", "town", "district"]
OverdueStage = Literal["warning_80", "due", "plus_5", "plus_10"]


class ComplaintReceived(Event):
    """A grievance came in. `order_no` is the 12345 order it came from, if any."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintReceived.v1"

    case_id: UUID
    case_no: str
    channel: Channel
    leaf: str
    estate_id: UUID | None
    org: str | None
    urgency: Urgency
    order_no: str | None
    received_at: datetime


class ComplaintAccepted(Event):
    """The case has a competent unit and a day by which the first result is due."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintAccepted.v1"

    case_id: UUID
    estate_id: UUID | None
    level: Level
    host_unit: str
    due_at: datetime
    due_provisional: bool


class ComplaintRejected(Event):
    """The case is not for this platform; the person was told why (MD-12)."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintRejected.v1"

    case_id: UUID
    estate_id: UUID | None
    reason: str


class ComplaintMergedAsRepeat(Event):
    """The case repeats a master case and follows it (MD-16)."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintMergedAsRepeat.v1"

    case_id: UUID
    estate_id: UUID | None
    master_id: UUID
    repeat_count: int


class ComplaintOverdue(Event):
    """A case passed a stage of its clock (MD-13)."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintOverdue.v1"

    case_id: UUID
    estate_id: UUID | None
    unit: str
    stage: OverdueStage


class ComplaintResolved(Event):
    """The host unit gave its result. `days` counts working days from acceptance."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintResolved.v1"

    case_id: UUID
    estate_id: UUID | None
    result: Literal["solved", "partly", "unsolved", "explained", "unreasonable"]
    liability: Literal["none", "company", "other"]
    org: str | None
    days: int


class CallbackCompleted(Event):
    """The person was asked how it went (MD-14). Score 1-5; none when nobody was reached."""

    name: ClassVar[str] = "nz.dispute-mediation.CallbackCompleted.v1"

    case_id: UUID
    estate_id: UUID | None
    reached: bool
    solved: bool | None
    score: int | None


class ComplaintLiabilityConfirmed(Event):
    """A complaint was found valid and the company liable: credit-rating records it (D27)."""

    name: ClassVar[str] = "nz.dispute-mediation.ComplaintLiabilityConfirmed.v1"

    case_id: UUID
    estate_id: UUID | None
    org: str
    leaf: str
    degree: Literal["minor", "main", "full"]
    evidence_hash: str
    confirmed_at: datetime


class JointMeetingConvened(Event):
    """A joint meeting was called with its cases and units (J-01 to J-08)."""

    name: ClassVar[str] = "nz.dispute-mediation.JointMeetingConvened.v1"

    meeting_id: UUID
    level: Level
    case_ids: list[UUID]
    units: list[str]
    starts_at: datetime


class ResolutionItemAssigned(Event):
    """A unit took a duty with a deadline at a joint meeting (J-09)."""

    name: ClassVar[str] = "nz.dispute-mediation.ResolutionItemAssigned.v1"

    item_id: UUID
    meeting_id: UUID
    case_id: UUID
    estate_id: UUID | None
    unit: str
    org: str | None
    due_at: datetime


class ResolutionItemVerified(Event):
    """The check person saw the duty done, or not done."""

    name: ClassVar[str] = "nz.dispute-mediation.ResolutionItemVerified.v1"

    item_id: UUID
    case_id: UUID
    estate_id: UUID | None
    unit: str
    org: str | None
    passed: bool
    on_time: bool


class ResolutionItemOverdue(Event):
    """The deadline of a duty passed and it is not done (MD-13); `org` is set when a company owes it."""

    name: ClassVar[str] = "nz.dispute-mediation.ResolutionItemOverdue.v1"

    item_id: UUID
    case_id: UUID
    estate_id: UUID | None
    unit: str
    org: str | None
    stage: OverdueStage
    overdue_at: datetime
