from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispute_mediation.items.domain import (
    LIFECYCLE,
    DeadlineOutOfRange,
    Item,
    NotTheChair,
    NotTheCheckPerson,
    NotTheResponsible,
    ObjectionTooLate,
    SamePersonVerifies,
    Side,
    State,
    Step,
    require_deadline,
)
from shared.kernel import StepNotAllowed, new_id

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ORG = "91610703MA6YW8X13N"
FIRE = Side(unit="610703:fire", org=None, bound=True)
COMPANY = Side(unit=None, org=ORG, bound=True)
OFFICER = Side(unit="610703:authority", org=None, bound=False)


def _item(state: State = State.ASSIGNED, *, org: str | None = None) -> Item:
    return Item(
        id=new_id(),
        territory="610703001001",
        state=state,
        meeting_id=new_id(),
        case_id=new_id(),
        estate_id=None,
        text="清理消防通道",
        deliverable="照片",
        unit="610703:fire",
        org=org,
        check_person="qian",
        assigned_by="zhao",
        assigned_at=MONDAY,
        accept_due_at=MONDAY + 2 * DAY,
        due_at=MONDAY + 15 * DAY,
    )


def test_the_whole_life_of_a_duty_is_this_table() -> None:
    life = {
        state: {step: LIFECYCLE.after(state, step) for step in LIFECYCLE.allowed(state)} for state in State
    }

    assert life == {
        State.ASSIGNED: {Step.ACCEPT: State.ACCEPTED, Step.OBJECT: State.OBJECTED},
        State.OBJECTED: {Step.UPHOLD: State.WITHDRAWN, Step.DISMISS: State.ASSIGNED},
        State.WITHDRAWN: {},
        State.ACCEPTED: {Step.START: State.IN_PROGRESS},
        State.IN_PROGRESS: {Step.CLAIM: State.CLAIMED},
        State.CLAIMED: {Step.VERIFY: State.VERIFIED, Step.REJECT: State.REJECTED},
        State.VERIFIED: {Step.CLOSE: State.CLOSED},
        State.REJECTED: {Step.START: State.IN_PROGRESS, Step.CLOSE: State.CLOSED},
        State.CLOSED: {},
    }


def test_the_unit_responsible_or_an_officer_of_the_territory_takes_a_duty_on() -> None:
    assert _item().accept(side=FIRE).state is State.ACCEPTED
    assert _item().accept(side=OFFICER).state is State.ACCEPTED


def test_a_company_takes_on_its_own_duty_alone() -> None:
    assert _item(org=ORG).accept(side=COMPANY).state is State.ACCEPTED
    for stranger in (FIRE, replace(COMPANY, org="91610703MA6YT3K7X1"), replace(COMPANY, org=None)):
        with pytest.raises(NotTheResponsible):
            _item(org=ORG).accept(side=stranger)
    with pytest.raises(NotTheResponsible):
        _item().accept(side=COMPANY)


def test_a_duty_is_objected_to_once_and_in_time() -> None:
    terms: dict[str, Any] = {
        "reason": "不属本单位职责",
        "side": FIRE,
        "decision_due_at": MONDAY + 4 * DAY,
    }

    objected = _item().object(**terms, now=MONDAY + 2 * DAY)

    assert (objected.state, objected.objection) == (State.OBJECTED, "不属本单位职责")
    with pytest.raises(ObjectionTooLate):
        _item().object(**terms, now=MONDAY + 2 * DAY + timedelta(seconds=1))
    insisted = objected.decide_objection(upheld=False, person="chair", chair="chair")
    assert insisted.state is State.ASSIGNED
    assert Step.OBJECT not in insisted.allowed_actions()
    with pytest.raises(ObjectionTooLate):
        insisted.object(**terms, now=MONDAY)


def test_the_chair_decides_on_an_objection() -> None:
    objected = _item(State.OBJECTED)

    assert objected.decide_objection(upheld=True, person="chair", chair="chair").state is State.WITHDRAWN
    with pytest.raises(NotTheChair):
        objected.decide_objection(upheld=True, person="zhao", chair="chair")


def _claimed(now: datetime = MONDAY) -> Item:
    return _item(State.IN_PROGRESS).report_done(claim="已清理", person="sun", side=FIRE, now=now)


def test_a_duty_reported_done_in_time_stays_on_time() -> None:
    assert _claimed(MONDAY + 15 * DAY).on_time
    assert not _claimed(MONDAY + 15 * DAY + timedelta(seconds=1)).on_time
    assert not _item().on_time


def test_the_check_person_verifies_and_nobody_else() -> None:
    verified = _claimed().check(passed=True, person="qian", now=MONDAY)

    assert (verified.state, verified.verified_by) == (State.VERIFIED, "qian")
    with pytest.raises(NotTheCheckPerson):
        _claimed().check(passed=True, person="zhou", now=MONDAY)
    with pytest.raises(SamePersonVerifies):
        replace(_claimed(), check_person="sun").check(passed=True, person="sun", now=MONDAY)


def test_a_duty_seen_undone_is_taken_up_again_or_closed() -> None:
    rejected = _claimed().check(passed=False, person="qian", now=MONDAY)

    assert rejected.state is State.REJECTED
    assert rejected.start(side=FIRE).state is State.IN_PROGRESS
    assert rejected.close().state is State.CLOSED


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.CLOSED])
@pytest.mark.parametrize("step", list(Step))
def test_a_duty_withdrawn_or_closed_is_over(state: State, step: Step) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(state, step)


@pytest.mark.parametrize(
    ("state", "owed"),
    [
        (State.ASSIGNED, True),
        (State.ACCEPTED, True),
        (State.IN_PROGRESS, True),
        (State.REJECTED, True),
        (State.OBJECTED, False),
        (State.CLAIMED, False),
        (State.VERIFIED, False),
        (State.WITHDRAWN, False),
        (State.CLOSED, False),
    ],
)
def test_the_clock_runs_while_the_duty_is_owed(state: State, *, owed: bool) -> None:
    assert _item(state).is_overdue(MONDAY + 15 * DAY) is owed


def test_a_deadline_lies_ahead_and_not_too_far() -> None:
    require_deadline(MONDAY + timedelta(seconds=1), now=MONDAY, latest=MONDAY + DAY)
    require_deadline(MONDAY + DAY, now=MONDAY, latest=MONDAY + DAY)
    for wrong in (MONDAY, MONDAY - DAY, MONDAY + DAY + timedelta(seconds=1)):
        with pytest.raises(DeadlineOutOfRange):
            require_deadline(wrong, now=MONDAY, latest=MONDAY + DAY)
