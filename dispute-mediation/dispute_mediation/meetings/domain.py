"""Joint meetings: notice, attendance, quorum, minutes (5.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Final
from uuid import UUID

from shared.kernel import Conflict, Lifecycle, NotFound, TerritoryCode

__all__ = [
    "LIFECYCLE",
    "CasesApart",
    "Level",
    "Meeting",
    "MeetingKind",
    "MeetingNotFound",
    "MeetingNotStarted",
    "Minutes",
    "NoQuorum",
    "NoticeInFuture",
    "NoticeTooShort",
    "State",
    "Step",
    "UnitNotCalled",
    "has_quorum",
    "require_notice",
    "seat_of",
]


class Level(StrEnum):
    """The rung of the ladder (5.3): L2 in the town, L3 in the district."""

    TOWN = "town"
    DISTRICT = "district"


class MeetingKind(StrEnum):
    """Regular every quarter, special at any time (J-03), emergency at two hours' notice (J-05)."""

    REGULAR = "regular"
    SPECIAL = "special"
    EMERGENCY = "emergency"


class State(StrEnum):
    """Where a meeting stands."""

    CONVENED = "convened"
    HELD = "held"
    FAILED = "failed"
    MINUTED = "minuted"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can be done with a meeting."""

    HOLD = "hold"
    FAIL = "fail"
    MINUTE = "minute"
    CANCEL = "cancel"


# The roll call decides between holding and failing.
LIFECYCLE: Final = Lifecycle(
    {
        (State.CONVENED, Step.HOLD): State.HELD,
        (State.CONVENED, Step.FAIL): State.FAILED,
        (State.CONVENED, Step.CANCEL): State.CANCELLED,
        (State.HELD, Step.MINUTE): State.MINUTED,
    }
)
_DECIDES: Final = frozenset({State.HELD, State.MINUTED})
_DIGITS: Final = {Level.TOWN: 9, Level.DISTRICT: 6}


class MeetingNotFound(NotFound):
    """There is no such meeting, or the caller was not called to it."""

    zh = "没有找到该联席会议，或它不在您的职责范围内。请核对编号。"
    en = "There is no such joint meeting within your reach. Check its number."


class NoticeTooShort(Conflict):
    """The units called must be told in time (J-05)."""

    zh = "通知时间不足：此类会议最早可于 {earliest} 召开。请推迟会议，或改用适用的会议类型。"
    en = "The notice is too short: such a meeting can start at {earliest} at the earliest. Put it off."


class NoticeInFuture(Conflict):
    """Notice that was given cannot lie ahead."""

    zh = "通知时间 {noticed_at} 晚于现在，请更正。"
    en = "The time of notice, {noticed_at}, lies in the future. Correct it."


class CasesApart(Conflict):
    """A meeting deals with the cases of one town, or of one district."""

    zh = "所列诉求不在同一{level}范围内（{places}）。请分别召开，或提请上一级联席会议。"
    en = "The cases do not lie in one {level} ({places}). Convene them apart, or at the higher level."


class MeetingNotStarted(Conflict):
    """Who came is recorded when the meeting has begun."""

    zh = "会议定于 {starts_at} 召开，开会后才能登记到会情况。"
    en = "The meeting starts at {starts_at}. Record who came once it has begun."


class UnitNotCalled(Conflict):
    """Only units that were called can be present."""

    zh = "以下单位不在通知范围内：{units}。请核对单位代码。"
    en = "These units were not called: {units}. Check their codes."


class NoQuorum(Conflict):
    """A meeting that was not held with a quorum decides nothing (J-06)."""

    zh = "会议未召开，或到会人员不足（须主持人、主办单位和规定比例的单位到会），不能交办事项。请重新召集。"
    en = (
        "The meeting was not held with its chair, lead units and quorum: it assigns nothing. Convene another."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What was said and seen (J-08). `dissent` is recorded beside the chair's decision (J-07)."""

    facts: str
    views: str
    dissent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A joint meeting. `units` count for the quorum, `leads` of them must come; `parties` are heard."""

    id: UUID
    version: int = 1
    territory: TerritoryCode
    state: State = State.CONVENED
    level: Level
    kind: MeetingKind
    chair: str
    place: str
    case_ids: Sequence[UUID]
    units: Sequence[str]
    leads: Sequence[str]
    parties: Sequence[str] = ()
    noticed_at: datetime
    starts_at: datetime
    convened_by: str
    convened_at: datetime
    chair_present: bool | None = None
    present: Sequence[str] = ()
    minutes_due_at: datetime | None = None
    minutes: Minutes | None = None
    minuted_at: datetime | None = None

    @property
    def decides(self) -> bool:
        """Say whether the meeting was held with a quorum and so can assign duties."""
        return self.state in _DECIDES

    def minutes_late(self, now: datetime) -> bool:
        """Say whether the minutes came, or are still owed, after their term (J-08)."""
        return self.minutes_due_at is not None and (self.minuted_at or now) > self.minutes_due_at

    def call_roll(
        self,
        *,
        chair_present: bool,
        present: Collection[str],
        least: Fraction,
        minutes_due_at: datetime,
        now: datetime,
    ) -> "Meeting":
        """Record who came: with a quorum the meeting is held, without one it has failed."""
        step = Step.HOLD
        if not has_quorum(
            chair_present=chair_present, leads=self.leads, called=self.units, present=present, least=least
        ):
            step = Step.FAIL
        state = LIFECYCLE.after(self.state, step)
        self._require_started(now)
        self._require_called(present)
        return replace(
            self,
            state=state,
            chair_present=chair_present,
            present=tuple(sorted(present)),
            minutes_due_at=minutes_due_at if step is Step.HOLD else None,
        )

    def _require_started(self, now: datetime) -> None:
        if now < self.starts_at:
            raise MeetingNotStarted(starts_at=self.starts_at.isoformat())

    def _require_called(self, present: Collection[str]) -> None:
        strangers = sorted(set(present) - set(self.units) - set(self.parties))
        if strangers:
            raise UnitNotCalled(units=", ".join(strangers))

    def record_minutes(self, minutes: Minutes, *, now: datetime) -> "Meeting":
        """Write the minutes of a meeting that was held."""
        return replace(self, state=LIFECYCLE.after(self.state, Step.MINUTE), minutes=minutes, minuted_at=now)

    def cancel(self) -> "Meeting":
        """Call the meeting off before it begins."""
        return replace(self, state=LIFECYCLE.after(self.state, Step.CANCEL))

    def require_decision(self) -> None:
        """Refuse to go on from a meeting that decided nothing; raise NoQuorum."""
        if not self.decides:
            raise NoQuorum


def has_quorum(
    *,
    chair_present: bool,
    leads: Collection[str],
    called: Collection[str],
    present: Collection[str],
    least: Fraction,
) -> bool:
    """Say whether a meeting can decide (J-06): the chair, every lead unit, and `least` of the units called.

    "以上" includes the number (T-02); the share is compared by cross-multiplying. Parties do not count.
    """
    came = set(present) & set(called)
    enough = len(came) * least.denominator >= least.numerator * len(set(called))
    return chair_present and bool(called) and set(leads) <= came and enough


def seat_of(level: Level, places: Collection[TerritoryCode]) -> TerritoryCode:
    """Return the town or district that the cases of a meeting lie in; raise CasesApart."""
    seats = {place[: _DIGITS[level]] for place in places}
    if len(seats) != 1 or len(next(iter(seats))) != _DIGITS[level]:
        raise CasesApart(level=level.value, places=", ".join(sorted(seats)))
    return seats.pop()


def require_notice(*, noticed_at: datetime, starts_at: datetime, earliest: datetime, now: datetime) -> None:
    """Refuse a meeting whose units are told too late, or that claims a notice not yet given."""
    if noticed_at > now:
        raise NoticeInFuture(noticed_at=noticed_at.isoformat())
    if starts_at < earliest:
        raise NoticeTooShort(earliest=earliest.isoformat())
