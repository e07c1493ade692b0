"""Facts of dispute-mediation and exchange: complaints, joint meetings, resolution items, hotline orders."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from shared.contracts.dispute_mediation import JointMeetingConvened
from shared.contracts.exchange import ExternalOrderImported
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, Once, columns
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
    "MEETING_CONVENED",
    "ORDER_IMPORTED",
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

_PUT_MEETING: Final = Query(insert(meetings).on_conflict_do_nothing())
_MEETING_CASES: Final = Once(meeting_cases, "case_id", "meeting_id")
_ORDERS: Final = Once(orders, "id", "order_no", "kind", "estate_code", "received_at")


async def _keep_meetings(work: Work, heard: Sequence[Heard[JointMeetingConvened]]) -> None:
    """Keep joint meetings and the cases before them."""
    events = [each.event for each in heard]
    # The units are a list: a set of lists cannot be unfolded, so each meeting is a row of its own.
    await work.execute_many(_PUT_MEETING, [_meeting_values(event) for event in events])
    before_them = [(case_id, event.meeting_id) for event in events for case_id in event.case_ids]
    await _MEETING_CASES.put(work, before_them)


def _meeting_values(event: JointMeetingConvened) -> Mapping[str, object]:
    return {
        "id": event.meeting_id,
        "level": event.level,
        "units": event.units,
        "starts_at": event.starts_at,
    }


async def _keep_orders(work: Work, heard: Sequence[Heard[ExternalOrderImported]]) -> None:
    """Keep that orders came for estates; what they say of persons stays behind."""
    await _ORDERS.put(work, [_order_row(each.event) for each in heard])


def _order_row(event: ExternalOrderImported) -> tuple[object, ...]:
    return event.order_id, event.order_no, event.kind, event.estate_code, event.received_at


MEETING_CONVENED: Final = SetWise(_keep_meetings)
ORDER_IMPORTED: Final = SetWise(_keep_orders)
