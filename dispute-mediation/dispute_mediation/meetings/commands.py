"""A joint meeting is convened, attended, minuted, or called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.complaints.commands import call_to_meeting, resume_cases
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import load_case
from dispute_mediation.leaves.storage import leaf_of
from dispute_mediation.meetings.domain import (
    Level,
    Meeting,
    MeetingKind,
    Minutes,
    require_notice,
    seat_of,
)
from dispute_mediation.meetings.storage import (
    insert_meeting,
    load_meeting,
    put_attendance,
    save_meeting,
)
from dispute_mediation.units.domain import competent_unit
from shared.contracts.dispute_mediation import JointMeetingConvened
from shared.kernel import new_id
from shared.storage import Work

__all__ = ["Call", "cancel_meeting", "convene_meeting", "record_attendance", "record_minutes"]

_NOTICE: Final = {
    MeetingKind.REGULAR: "meeting.notice_regular_wd",
    MeetingKind.SPECIAL: "meeting.notice_special_wd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The call to a meeting. `noticed_at` is when the units were told, which may lie before the entry."""

    level: Level
    kind: MeetingKind
    chair: str
    place: str
    case_ids: Sequence[UUID]
    units: Sequence[str]
    parties: Sequence[str] = ()
    noticed_at: datetime
    starts_at: datetime


async def convene_meeting(work: Work, *, call: Call) -> Meeting:
    """Call units together about one or several cases; the lead unit of each leaf is always called.

    Raises CasesApart, MeetingNoticeTooShort, NoticeInFuture, StepNotAllowed for a case that lies before
    another meeting or is over, OutsideTerritory for a level above the caller's own.
    """
    cases = [await load_case(work, case_id) for case_id in sorted(set(call.case_ids))]
    seat = seat_of(call.level, {case.territory for case in cases})
    work.require_territory(seat)
    rules = await rules_for(work, seat)
    require_notice(
        noticed_at=call.noticed_at,
        starts_at=call.starts_at,
        earliest=_earliest_start(call, rules=rules),
        now=work.now,
    )
    meeting = _new_meeting(work, call=call, territory=seat, leads=[await _lead(work, case) for case in cases])
    await insert_meeting(work, meeting)
    for case in cases:
        await call_to_meeting(work, case, units=meeting.units, parties=meeting.parties)
    work.publish(_convened(meeting), about=meeting)
    return meeting


def _earliest_start(call: Call, *, rules: Rules) -> datetime:
    """Return when the notice allows to begin: in the morning of the last of its working days (J-05)."""
    rule = _NOTICE.get(call.kind)
    if rule is None:
        return rules.hours("meeting.notice_emergency_hours", start=call.noticed_at).at
    return rules.first_moment(rule, start=call.noticed_at)


async def _lead(work: Work, case: Case) -> str:
    leaf = await leaf_of(work, case.leaf)
    return competent_unit(kind=leaf.lead, territory=case.territory)


def _new_meeting(work: Work, *, call: Call, territory: str, leads: Sequence[str]) -> Meeting:
    return Meeting(
        id=new_id(),
        territory=territory,
        level=call.level,
        kind=call.kind,
        chair=call.chair,
        place=call.place,
        case_ids=tuple(sorted(set(call.case_ids))),
        units=tuple(sorted({*call.units, *leads})),
        leads=tuple(sorted(set(leads))),
        parties=tuple(sorted(set(call.parties) - {*call.units, *leads})),
        noticed_at=call.noticed_at,
        starts_at=call.starts_at,
        convened_by=work.actor.person,
        convened_at=work.now,
    )


def _convened(meeting: Meeting) -> JointMeetingConvened:
    return JointMeetingConvened(
        meeting_id=meeting.id,
        level=meeting.level.value,
        case_ids=list(meeting.case_ids),
        units=list(meeting.units),
        starts_at=meeting.starts_at,
    )


async def record_attendance(
    work: Work, *, meeting_id: UUID, chair_present: bool, present: Sequence[str]
) -> Meeting:
    """Call the roll. Without a quorum the meeting has failed, and its cases go back to their handlers.

    Raises MeetingNotStarted, UnitNotCalled.
    """
    meeting = await load_meeting(work, meeting_id)
    rules = await rules_for(work, meeting.territory)
    held = meeting.call_roll(
        chair_present=chair_present,
        present=set(present),
        least=rules.fraction("meeting.quorum"),
        minutes_due_at=rules.working_days("meeting.minutes_wd", start=meeting.starts_at).at,
        now=work.now,
    )
    saved = await save_meeting(work, held)
    await put_attendance(work, saved)
    if not saved.decides:
        await resume_cases(work, case_ids=saved.case_ids)
    return saved


async def record_minutes(work: Work, *, meeting_id: UUID, minutes: Minutes) -> Meeting:
    """Write the minutes of a meeting that was held; its cases go back to their handlers."""
    meeting = await load_meeting(work, meeting_id)
    saved = await save_meeting(work, meeting.record_minutes(minutes, now=work.now))
    await resume_cases(work, case_ids=saved.case_ids)
    return saved


async def cancel_meeting(work: Work, *, meeting_id: UUID) -> Meeting:
    """Call a meeting off; its cases go back to their handlers."""
    meeting = await load_meeting(work, meeting_id)
    saved = await save_meeting(work, meeting.cancel())
    await resume_cases(work, case_ids=saved.case_ids)
    return saved
