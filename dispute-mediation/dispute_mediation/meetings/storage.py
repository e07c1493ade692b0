"""Meetings in the database: the meeting, who is called to it, and the cases laid before it."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, insert, select, update

from dispute_mediation.meetings.domain import Level, Meeting, MeetingKind, MeetingNotFound, Minutes, State
from dispute_mediation.sight import meeting_sight, visible_meeting
from dispute_mediation.tables import meeting_cases, meeting_units, meetings
from shared.storage import Query, Row, Work

__all__ = ["insert_meeting", "load_meeting", "meeting_from", "put_attendance", "save_meeting", "seats_of"]

_PLAIN: Final = (
    "id",
    "version",
    "territory",
    "chair",
    "place",
    "noticed_at",
    "starts_at",
    "convened_by",
    "convened_at",
    "chair_present",
    "minutes_due_at",
    "minuted_at",
)
_CHANGING: Final = ("state", "chair_present", "minutes_due_at", "minutes", "minuted_at")

_seen = visible_meeting(meetings, meetings.c.id)
_GET: Final = Query(select(meetings).where(meetings.c.id == bindparam("id"), _seen))
_PUT: Final = Query(insert(meetings))
_SAVE: Final = Query(
    update(meetings)
    .where(meetings.c.id == bindparam("key"), meetings.c.version == bindparam("read_version"), _seen)
    .values(version=bindparam("version"), **{name: bindparam(name) for name in _CHANGING})
)
_PUT_UNIT: Final = Query(insert(meeting_units))
_UNITS: Final = Query(
    select(meeting_units)
    .where(meeting_units.c.meeting_id == bindparam("meeting_id"))
    .order_by(meeting_units.c.unit)
)
_ATTENDED: Final = Query(
    update(meeting_units)
    .where(
        meeting_units.c.meeting_id == bindparam("key"),
        meeting_units.c.unit == any_(bindparam("came", type_=ARRAY(Text))),
    )
    .values(attended=True)
)
_PUT_CASE: Final = Query(insert(meeting_cases))
_CASES: Final = Query(
    select(meeting_cases.c.case_id)
    .where(meeting_cases.c.meeting_id == bindparam("meeting_id"))
    .order_by(meeting_cases.c.case_id)
)


async def load_meeting(work: Work, meeting_id: UUID) -> Meeting:
    """Return the meeting a command is about; raise MeetingNotFound."""
    row = await work.load(_GET, missing=MeetingNotFound, id=meeting_id, **await meeting_sight(work))
    called = await work.fetch_all(_UNITS, meeting_id=meeting_id)
    agenda = await work.fetch_all(_CASES, meeting_id=meeting_id)
    return meeting_from(row, called=called, case_ids=[one["case_id"] for one in agenda])


async def insert_meeting(work: Work, meeting: Meeting) -> None:
    """Write a new meeting with those it calls and the cases it is about."""
    await work.put(_PUT, **_row(meeting))
    await work.execute_many(
        _PUT_UNIT,
        [
            {"meeting_id": meeting.id, "unit": unit, "seat": seat, "attended": False}
            for unit, seat in sorted(seats_of(meeting).items())
        ],
    )
    await work.execute_many(
        _PUT_CASE, [{"meeting_id": meeting.id, "case_id": case_id} for case_id in meeting.case_ids]
    )


async def save_meeting(work: Work, meeting: Meeting) -> Meeting:
    """Write what changed; raise ChangedMeanwhile when someone else wrote since it was read."""
    saved = replace(meeting, version=meeting.version + 1)
    values = _row(saved)
    await work.save(
        _SAVE,
        key=meeting.id,
        read_version=meeting.version,
        version=saved.version,
        **{name: values[name] for name in _CHANGING},
        **await meeting_sight(work),
    )
    return saved


async def put_attendance(work: Work, meeting: Meeting) -> None:
    """Keep who came."""
    await work.execute(_ATTENDED, key=meeting.id, came=list(meeting.present))


def seats_of(meeting: Meeting) -> dict[str, str]:
    """Return everyone called and as what: lead unit, unit, or party."""
    return {
        **dict.fromkeys(meeting.parties, "party"),
        **dict.fromkeys(meeting.units, "unit"),
        **dict.fromkeys(meeting.leads, "lead"),
    }


def meeting_from(row: Row, *, called: Sequence[Row], case_ids: Sequence[UUID]) -> Meeting:
    """Return the meeting of its rows."""
    minutes = row["minutes"]
    return Meeting(
        **{name: row[name] for name in _PLAIN},
        state=State(row["state"]),
        level=Level(row["level"]),
        kind=MeetingKind(row["kind"]),
        case_ids=tuple(case_ids),
        units=tuple(one["unit"] for one in called if one["seat"] != "party"),
        leads=tuple(one["unit"] for one in called if one["seat"] == "lead"),
        parties=tuple(one["unit"] for one in called if one["seat"] == "party"),
        present=tuple(one["unit"] for one in called if one["attended"]),
        minutes=Minutes(**minutes) if minutes else None,
    )


def _row(meeting: Meeting) -> dict[str, object]:
    plain = {name: getattr(meeting, name) for name in _PLAIN}
    return {
        **plain,
        "state": meeting.state,
        "level": meeting.level,
        "kind": meeting.kind,
        "minutes": asdict(meeting.minutes) if meeting.minutes else None,
    }
