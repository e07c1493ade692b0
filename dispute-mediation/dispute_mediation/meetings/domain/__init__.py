"""Joint meetings: notice, attendance, quorum, minutes (5.4)."""

from dispute_mediation.meetings.domain.meeting import Meeting, Minutes
from dispute_mediation.meetings.domain.refusals import (
    CasesApart,
    MeetingNotFound,
    MeetingNoticeTooShort,
    MeetingNotStarted,
    NoQuorum,
    NoticeInFuture,
    UnitNotCalled,
)
from dispute_mediation.meetings.domain.rules import has_quorum, require_notice, seat_of
from dispute_mediation.meetings.domain.states import LIFECYCLE, Level, MeetingKind, State, Step

__all__ = [
    "LIFECYCLE",
    "CasesApart",
    "Level",
    "Meeting",
    "MeetingKind",
    "MeetingNotFound",
    "MeetingNotStarted",
    "MeetingNoticeTooShort",
    "Minutes",
    "NoQuorum",
    "NoticeInFuture",
    "State",
    "Step",
    "UnitNotCalled",
    "has_quorum",
    "require_notice",
    "seat_of",
]
