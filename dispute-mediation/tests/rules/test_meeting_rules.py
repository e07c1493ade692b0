from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispute_mediation.meetings.domain import (
    LIFECYCLE,
    CasesApart,
    Level,
    Meeting,
    MeetingKind,
    MeetingNoticeTooShort,
    MeetingNotStarted,
    Minutes,
    NoQuorum,
    NoticeInFuture,
    State,
    Step,
    UnitNotCalled,
    has_quorum,
    require_notice,
    seat_of,
)
from shared.kernel import StepNotAllowed, new_id

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TWO_THIRDS = Fraction(2, 3)
LEAD = "610703:fire"
UNITS = (LEAD, "610703001:town", "610703:police")
MINUTES = Minutes(facts="消防通道被占", views="物业应立即清理")


def _meeting(**changed: object) -> Meeting:
    meeting = Meeting(
        id=new_id(),
        territory="610703001",
        level=Level.TOWN,
        kind=MeetingKind.SPECIAL,
        chair="chair",
        place="街道办三楼",
        case_ids=(new_id(),),
        units=UNITS,
        leads=(LEAD,),
        parties=("91610703MA6YW8X13N",),
        noticed_at=MONDAY,
        starts_at=MONDAY,
        convened_by="zhao",
        convened_at=MONDAY,
    )
    return replace(meeting, **changed)  # type: ignore[arg-type]  # a test changes what it names


def _roll(meeting: Meeting, *present: str, chair: bool = True, now: datetime = MONDAY) -> Meeting:
    return meeting.call_roll(
        chair_present=chair, present=present, least=TWO_THIRDS, minutes_due_at=MONDAY, now=now
    )


def _quorum(present: set[str], *, chair: bool = True, called: tuple[str, ...] = UNITS) -> bool:
    return has_quorum(chair_present=chair, leads={LEAD}, called=called, present=present, least=TWO_THIRDS)


def test_two_of_three_with_the_lead_unit_are_a_quorum() -> None:
    assert _quorum({LEAD, "610703:police"})


@pytest.mark.parametrize(
    ("present", "chair"),
    [
        ({LEAD}, True),
        ({"610703001:town", "610703:police"}, True),
        (set(UNITS), False),
        ({LEAD, "91610703MA6YW8X13N"}, True),
        (set(), True),
    ],
)
def test_without_chair_lead_unit_or_two_thirds_there_is_none(present: set[str], *, chair: bool) -> None:
    assert not _quorum(present, chair=chair)


def test_nobody_called_is_no_quorum() -> None:
    assert not has_quorum(chair_present=True, leads=(), called=(), present=(), least=TWO_THIRDS)


@given(called=st.integers(1, 60), came=st.integers(0, 60))
def test_the_share_is_exact_for_every_number_of_units(called: int, came: int) -> None:
    units = tuple(f"610703:u{place}" for place in range(called))
    present = set(units[:came])

    held = has_quorum(chair_present=True, leads=(), called=units, present=present, least=TWO_THIRDS)

    assert held == (min(came, called) * 3 >= called * 2)


def test_the_whole_life_of_a_meeting_is_this_table() -> None:
    life = {
        state: {step: LIFECYCLE.after(state, step) for step in LIFECYCLE.allowed(state)} for state in State
    }

    assert life == {
        State.CONVENED: {Step.HOLD: State.HELD, Step.FAIL: State.FAILED, Step.CANCEL: State.CANCELLED},
        State.HELD: {Step.MINUTE: State.MINUTED},
        State.FAILED: {},
        State.MINUTED: {},
        State.CANCELLED: {},
    }


def test_a_meeting_with_a_quorum_is_held_and_owes_minutes() -> None:
    held = _roll(_meeting(), LEAD, "610703:police", "91610703MA6YW8X13N")

    assert (held.state, held.decides, held.minutes_due_at) == (State.HELD, True, MONDAY)
    assert held.present == (LEAD, "610703:police", "91610703MA6YW8X13N")


def test_a_meeting_without_a_quorum_has_failed_and_decides_nothing() -> None:
    failed = _roll(_meeting(), LEAD)

    assert (failed.state, failed.minutes_due_at) == (State.FAILED, None)
    with pytest.raises(NoQuorum):
        failed.require_decision()


def test_a_meeting_only_convened_decides_nothing() -> None:
    with pytest.raises(NoQuorum):
        _meeting().require_decision()


def test_the_roll_is_not_called_before_the_meeting_begins() -> None:
    with pytest.raises(MeetingNotStarted):
        _roll(_meeting(), *UNITS, now=MONDAY - timedelta(seconds=1))


def test_whoever_was_not_called_cannot_be_present() -> None:
    with pytest.raises(UnitNotCalled):
        _roll(_meeting(), *UNITS, "610703:water")


def test_the_roll_is_called_once() -> None:
    with pytest.raises(StepNotAllowed):
        _roll(_roll(_meeting(), *UNITS), *UNITS)


def test_minutes_are_written_once_and_only_of_a_meeting_that_was_held() -> None:
    minuted = _roll(_meeting(), *UNITS).record_minutes(MINUTES, now=MONDAY)

    assert (minuted.state, minuted.minutes, minuted.decides) == (State.MINUTED, MINUTES, True)
    for meeting in (minuted, _meeting(), _meeting().cancel()):
        with pytest.raises(StepNotAllowed):
            meeting.record_minutes(MINUTES, now=MONDAY)


def test_minutes_are_late_once_their_term_is_over() -> None:
    held = _meeting(state=State.HELD, minutes_due_at=MONDAY)

    assert not held.minutes_late(MONDAY)
    assert held.minutes_late(MONDAY + timedelta(seconds=1))
    assert not replace(held, minuted_at=MONDAY).minutes_late(MONDAY + timedelta(days=9))


def test_a_meeting_sits_where_its_cases_lie() -> None:
    one_town = {"610703001001", "610703001002", "610703001"}

    assert seat_of(Level.TOWN, one_town) == "610703001"
    assert seat_of(Level.DISTRICT, {"610703001001", "610703102003"}) == "610703"


@pytest.mark.parametrize("places", [{"610703001001", "610703102003"}, {"610703"}])
def test_a_town_does_not_decide_for_another_town_or_for_the_district(places: set[str]) -> None:
    with pytest.raises(CasesApart):
        seat_of(Level.TOWN, places)


def test_a_notice_too_short_or_not_yet_given_is_refused() -> None:
    hour = timedelta(hours=1)

    require_notice(noticed_at=MONDAY, starts_at=MONDAY + hour, earliest=MONDAY + hour, now=MONDAY)
    with pytest.raises(MeetingNoticeTooShort):
        require_notice(noticed_at=MONDAY, starts_at=MONDAY, earliest=MONDAY + hour, now=MONDAY)
    with pytest.raises(NoticeInFuture):
        require_notice(noticed_at=MONDAY + hour, starts_at=MONDAY, earliest=MONDAY, now=MONDAY)
