"""Facts of dispute-mediation and exchange: complaints, joint meetings, resolution items, hotline orders."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from shared.contracts import dispute_mediation as dm
from shared.contracts.exchange import ExternalOrderImported
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, Once, Said, columns
from supervision.tables import cases, items, meeting_cases, meetings, orders

__all__ = ["CASE", "ITEM", "MEETING_CONVENED", "ORDER_IMPORTED"]

_CASE: Final = columns(id="case_id")
_PLACE: Final = columns("estate_id")
_ITEM: Final = columns(id="item_id")
_DUTY: Final = columns("case_id", "estate_id", "unit", "org")

CASE: Final = Kept(
    cases,
    key=_CASE,
    carries=_PLACE,
    facts={
        dm.ComplaintReceived: Said(
            "received_said",
            columns("case_no", "channel", "leaf", "urgency", "org", "order_no", "received_at"),
        ),
        dm.ComplaintAccepted: Said(
            "accepted_said", columns("level", "host_unit", "due_at", "due_provisional")
        ),
        dm.ComplaintRejected: Said("rejected_said", columns(rejection_reason="reason")),
        dm.ComplaintMergedAsRepeat: Said("merged_said", columns("master_id", "repeat_count")),
        dm.ComplaintOverdue: Said("overdue_said", columns("stage", overdue_unit="unit")),
        dm.ComplaintResolved: Said(
            "resolved_said", columns("result", "liability", "days", resolved_org="org")
        ),
        dm.CallbackCompleted: Said("callback_said", columns("reached", "solved", "score")),
        dm.ComplaintLiabilityConfirmed: Said(
            "liability_said", columns("degree", liable_org="org", liability_confirmed_at="confirmed_at")
        ),
    },
)
ITEM: Final = Kept(
    items,
    key=_ITEM,
    carries=_DUTY,
    facts={
        dm.ResolutionItemAssigned: Said("assigned_said", columns("meeting_id", "due_at")),
        dm.ResolutionItemOverdue: Said("overdue_said", columns("stage", "overdue_at")),
        dm.ResolutionItemVerified: Said("verified_said", columns("passed", "on_time")),
    },
)

_PUT_MEETING: Final = Query(insert(meetings).on_conflict_do_nothing())
_MEETING_CASES: Final = Once(meeting_cases, "case_id", "meeting_id")
_ORDERS: Final = Once(orders, "id", "order_no", "kind", "estate_code", "received_at")


async def _keep_meetings(work: Work, heard: Sequence[Heard[dm.JointMeetingConvened]]) -> None:
    """Keep joint meetings and the cases before them."""
    events = [each.event for each in heard]
    # The units are a list: a set of lists cannot be unfolded, so each meeting is a row of its own.
    await work.execute_many(_PUT_MEETING, [_meeting_values(event) for event in events])
    before_them = [(case_id, event.meeting_id) for event in events for case_id in event.case_ids]
    await _MEETING_CASES.put(work, before_them)


def _meeting_values(event: dm.JointMeetingConvened) -> Mapping[str, object]:
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
