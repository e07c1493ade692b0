"""The routes of joint meetings."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import status
from pydantic import Field

from dispute_mediation.meetings.commands import (
    Call,
    cancel_meeting,
    convene_meeting,
    record_attendance,
    record_minutes,
)
from dispute_mediation.meetings.domain import LIFECYCLE, Level, Meeting, MeetingKind, Minutes, State
from dispute_mediation.meetings.queries import MEETING_ORDERS, list_meetings
from dispute_mediation.meetings.storage import load_meeting, seats_of
from dispute_mediation.units.fields import UnitCode
from shared.identity import Permission
from shared.kernel import mask_free_text
from shared.storage import Row
from shared.web import (
    Body,
    Code,
    CurrentWork,
    Flag,
    LongText,
    Moment,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    View,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/meetings",
    tags=["meetings"],
    about="联席会议：召集、签到、纪要、取消。/ Joint meetings: convened, attended, minuted, cancelled.",
)
_MOST_CASES = 50
_MOST_UNITS = 50
Units = Annotated[tuple[UnitCode, ...], Field(max_length=_MOST_UNITS)]
# Companies by their own code, committees by their unit code.
Parties = Annotated[tuple[Code, ...], Field(max_length=_MOST_UNITS)]


class NewMeeting(Body):
    """The call to a meeting.

    `noticed_at` is when the units were told, now unless given: a notice by telephone may be entered later.
    `units` count for the quorum; the lead unit of each case's leaf is always called. `parties` are heard.
    """

    level: Level
    kind: MeetingKind = MeetingKind.SPECIAL
    chair: ShortText
    place: ShortText
    case_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=_MOST_CASES)]
    units: Units = ()
    parties: Parties = ()
    noticed_at: Moment | None = None
    starts_at: Moment

    def as_call(self, *, now: datetime) -> Call:
        """Return it as the command takes it."""
        return Call(**self.model_dump(exclude={"noticed_at"}), noticed_at=self.noticed_at or now)


class Attendance(Body):
    """Who came: the chair, and which of those called."""

    chair_present: Flag
    present: Annotated[tuple[Code, ...], Field(max_length=2 * _MOST_UNITS)]


class NewMinutes(Body):
    """What was found, what was said, and who dissented (J-07, J-08)."""

    facts: LongText
    views: LongText
    dissent: LongText | None = None


class SeatView(View):
    """One that was called: a lead unit, another unit, or a party."""

    unit: str
    seat: str
    attended: bool


class MeetingLine(View):
    """A meeting as a line of a list."""

    id: UUID
    territory: str
    state: str
    level: str
    kind: str
    chair: str
    place: str
    starts_at: datetime
    minutes_due_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> Self:
        """Show a row of the list."""
        return cls.model_validate(dict(row))


class MeetingView(MeetingLine):
    """A meeting with those called and the cases laid before it."""

    version: int
    case_ids: list[UUID]
    seats: list[SeatView]
    noticed_at: datetime
    convened_by: str
    convened_at: datetime
    chair_present: bool | None
    quorum: bool | None
    minutes: dict[str, str | None] | None
    minuted_at: datetime | None
    minutes_late: bool
    allowed_actions: list[str]

    @classmethod
    def whole(cls, meeting: Meeting, *, now: datetime) -> Self:
        """Show a meeting."""
        plain = {name: getattr(meeting, name) for name in cls.model_fields if hasattr(meeting, name)}
        return cls.model_validate(
            {
                **plain,
                "case_ids": list(meeting.case_ids),
                "seats": _seats(meeting),
                "quorum": None if meeting.chair_present is None else meeting.decides,
                "minutes": _minutes(meeting.minutes),
                "minutes_late": meeting.minutes_late(now),
                "allowed_actions": [step.value for step in LIFECYCLE.allowed(meeting.state)],
            }
        )


def _seats(meeting: Meeting) -> list[SeatView]:
    return [
        SeatView(unit=unit, seat=seat, attended=unit in meeting.present)
        for unit, seat in sorted(seats_of(meeting).items())
    ]


def _minutes(minutes: Minutes | None) -> dict[str, str | None] | None:
    if minutes is None:
        return None
    dissent = mask_free_text(minutes.dissent) if minutes.dissent else None
    return {
        "facts": mask_free_text(minutes.facts),
        "views": mask_free_text(minutes.views),
        "dissent": dissent,
    }


@router.post("", operation_id="convene_meeting", summary="召集联席会议", status_code=status.HTTP_201_CREATED)
@needs(Permission.MEETING_CONVENE)
async def convene(body: NewMeeting, work: CurrentWork) -> MeetingView:
    """Call units together about one or several cases, in time (J-05)."""
    return MeetingView.whole(await convene_meeting(work, call=body.as_call(now=work.now)), now=work.now)


@router.get("", operation_id="list_meetings", summary="列出联席会议")
@needs(Permission.MEETING_READ)
async def list_all(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(MEETING_ORDERS)],
    *,
    state: State | None = None,
    case_id: UUID | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[MeetingLine]:
    """Return the meetings of the territory, and those the caller's unit was called to, the newest first.

    `since` and `until` are about when a meeting starts.
    """
    filters = {
        "state": state,
        "case_id": case_id,
        "territory": territory,
        "since": since,
        "until": until,
    }
    return await list_meetings(work, paging=paging, filters=filters, view=MeetingLine.of)


@router.get("/{meeting_id}", operation_id="show_meeting", summary="查看一次联席会议")
@needs(Permission.MEETING_READ)
async def read(meeting_id: UUID, work: CurrentWork) -> MeetingView:
    """Return a meeting with those called, who came, and its minutes."""
    return MeetingView.whole(await load_meeting(work, meeting_id), now=work.now)


@router.post("/{meeting_id}/attendance", operation_id="record_attendance", summary="联席会议签到")
@needs(Permission.MEETING_RECORD)
async def attend(meeting_id: UUID, body: Attendance, work: CurrentWork) -> MeetingView:
    """Call the roll of a meeting that has begun: it is held with a quorum, else it has failed (J-06)."""
    meeting = await record_attendance(
        work, meeting_id=meeting_id, chair_present=body.chair_present, present=body.present
    )
    return MeetingView.whole(meeting, now=work.now)


@router.post("/{meeting_id}/minutes", operation_id="record_minutes", summary="记录联席会议纪要")
@needs(Permission.MEETING_RECORD)
async def minute(meeting_id: UUID, body: NewMinutes, work: CurrentWork) -> MeetingView:
    """Write the minutes of a meeting that was held; its cases go back to their handlers (J-08)."""
    minutes = Minutes(**body.model_dump())
    return MeetingView.whole(await record_minutes(work, meeting_id=meeting_id, minutes=minutes), now=work.now)


@router.post("/{meeting_id}/cancellation", operation_id="cancel_meeting", summary="取消联席会议")
@needs(Permission.MEETING_CONVENE)
async def cancel(meeting_id: UUID, work: CurrentWork) -> MeetingView:
    """Call a meeting off before it begins; its cases go back to their handlers."""
    return MeetingView.whole(await cancel_meeting(work, meeting_id=meeting_id), now=work.now)
