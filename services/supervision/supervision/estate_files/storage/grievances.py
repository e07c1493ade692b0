"""Facts of dispute-mediation and exchange: complaints, joint meetings, resolution items, hotline orders."""

from typing import Final

from shared.contracts.dispute_mediation import JointMeetingConvened
from shared.contracts.exchange import ExternalOrderImported
from shared.storage import Work
from supervision.estate_files.storage.keeping import Kept, columns, insert_once
from supervision.tables import cases, items, meeting_cases, meetings, orders

__all__ = [
    "CASE_ACCEPTED",
    "CASE_CALLED_BACK",
    "CASE_LIABLE",
    "CASE_MERGED",
    "CASE_OVERDUE",
    "CASE_RECEIVED",
    "CASE_REJECTED",
    "CASE_RESOLVED",
    "ITEM_ASSIGNED",
    "ITEM_OVERDUE",
    "ITEM_VERIFIED",
    "keep_meeting",
    "keep_order",
]

_CASE: Final = columns(id="case_id")
_PLACE: Final = columns("estate_id")
_ITEM: Final = columns(id="item_id")
_DUTY: Final = columns("case_id", "estate_id", "unit", "org")

CASE_RECEIVED: Final = Kept(
    cases,
    key=_CASE,
    said="received_said",
    owns=columns("case_no", "channel", "leaf", "urgency", "org", "order_no", "received_at"),
    carries=_PLACE,
)
CASE_ACCEPTED: Final = Kept(
    cases,
    key=_CASE,
    said="accepted_said",
    owns=columns("level", "host_unit", "due_at", "due_provisional"),
    carries=_PLACE,
)
CASE_REJECTED: Final = Kept(
    cases, key=_CASE, said="rejected_said", owns=columns(rejection_reason="reason"), carries=_PLACE
)
CASE_MERGED: Final = Kept(
    cases, key=_CASE, said="merged_said", owns=columns("master_id", "repeat_count"), carries=_PLACE
)
CASE_OVERDUE: Final = Kept(
    cases, key=_CASE, said="overdue_said", owns=columns("stage", overdue_unit="unit"), carries=_PLACE
)
CASE_RESOLVED: Final = Kept(
    cases,
    key=_CASE,
    said="resolved_said",
    owns=columns("result", "liability", "days", resolved_org="org"),
    carries=_PLACE,
)
CASE_CALLED_BACK: Final = Kept(
    cases, key=_CASE, said="callback_said", owns=columns("reached", "solved", "score"), carries=_PLACE
)
CASE_LIABLE: Final = Kept(
    cases,
    key=_CASE,
    said="liability_said",
    owns=columns("degree", liable_org="org", liability_confirmed_at="confirmed_at"),
    carries=_PLACE,
)
ITEM_ASSIGNED: Final = Kept(
    items, key=_ITEM, said="assigned_said", owns=columns("meeting_id", "due_at"), carries=_DUTY
)
ITEM_OVERDUE: Final = Kept(
    items, key=_ITEM, said="overdue_said", owns=columns("stage", "overdue_at"), carries=_DUTY
)
ITEM_VERIFIED: Final = Kept(
    items, key=_ITEM, said="verified_said", owns=columns("passed", "on_time"), carries=_DUTY
)

_PUT_MEETING: Final = insert_once(meetings)
_PUT_MEETING_CASE: Final = insert_once(meeting_cases)
_PUT_ORDER: Final = insert_once(orders)


async def keep_meeting(work: Work, event: JointMeetingConvened) -> None:
    """Keep a joint meeting and the cases before it."""
    await work.execute(
        _PUT_MEETING,
        id=event.meeting_id,
        level=event.level,
        units=event.units,
        starts_at=event.starts_at,
    )
    before_it = [{"case_id": case_id, "meeting_id": event.meeting_id} for case_id in event.case_ids]
    await work.execute_many(_PUT_MEETING_CASE, before_it)


async def keep_order(work: Work, event: ExternalOrderImported) -> None:
    """Keep that an order came for an estate; what it says of persons stays behind."""
    await work.execute(
        _PUT_ORDER,
        id=event.order_id,
        order_no=event.order_no,
        kind=event.kind,
        estate_code=event.estate_code,
        received_at=event.received_at,
    )
