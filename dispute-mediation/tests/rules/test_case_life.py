from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dispute_mediation.complaints.domain import (
    LIFECYCLE,
    Case,
    Channel,
    Clock,
    Degree,
    Kind,
    Liability,
    Resolution,
    Result,
    State,
    Step,
    Urgency,
    Verdict,
    callback_is_drawn,
    case_number,
    evidence_hash,
    find_liability,
)
from dispute_mediation.complaints.domain.refusals import (
    CallbackOutstanding,
    ExtendedBefore,
    LiabilityConfirmedBefore,
    LiableCompanyNotNamed,
    MasterUnfit,
    NoCompanyLiable,
    NotTheHost,
    NotUnderHandling,
    ReopenedBefore,
    ReturnedTooOften,
    SameHandler,
    SamePersonConfirms,
)
from shared.kernel import StepNotAllowed, new_id

MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CLOCK = Clock(started_at=MONDAY, due_at=MONDAY + timedelta(days=5), provisional=False)
ESTATE = new_id()
ORG = "91610703MA6YW8X13N"


def _case(state: State = State.RECEIVED) -> Case:
    return Case(
        id=new_id(),
        case_no="610703001-2026-00001",
        territory="610703001001",
        state=state,
        channel=Channel.COMMUNITY_WINDOW,
        kind=Kind.COMPLAINT,
        leaf="SRV-01",
        urgency=Urgency.NORMAL,
        estate_id=ESTATE,
        estate_code=None,
        estate_known=True,
        org=ORG,
        mark="m",
        anonymous=False,
        want_secret=False,
        order_no=None,
        hotline_sign_due=None,
        hotline_due=None,
        filed_by="wang",
        received_at=MONDAY,
        received_on=date(2026, 3, 2),
        dispatch_due_at=MONDAY + timedelta(days=1),
        host_unit="610703001:town",
        due_at=CLOCK.due_at,
    )


def test_the_whole_life_of_a_case_is_this_table() -> None:
    life = {
        state: {step: LIFECYCLE.after(state, step) for step in LIFECYCLE.allowed(state)} for state in State
    }

    assert life == {
        State.RECEIVED: {
            Step.ACCEPT: State.ACCEPTED,
            Step.REJECT: State.REJECTED,
            Step.MERGE: State.MERGED,
        },
        State.REJECTED: {},
        State.MERGED: {},
        State.ACCEPTED: {
            Step.ASSIGN: State.ASSIGNED,
            Step.MERGE: State.MERGED,
            Step.CALL_MEETING: State.JOINT_MEETING,
        },
        State.ASSIGNED: {
            Step.SIGN: State.HANDLING,
            Step.RETURN: State.ACCEPTED,
            Step.CALL_MEETING: State.JOINT_MEETING,
        },
        State.HANDLING: {Step.CALL_MEETING: State.JOINT_MEETING, Step.RESOLVE: State.RESOLVED},
        State.JOINT_MEETING: {Step.RESUME: State.HANDLING, Step.RESOLVE: State.RESOLVED},
        State.RESOLVED: {Step.CALL_BACK: State.CALLED_BACK, Step.CLOSE: State.CLOSED},
        State.CALLED_BACK: {Step.CLOSE: State.CLOSED, Step.REOPEN: State.ASSIGNED},
        State.CLOSED: {Step.REOPEN: State.ASSIGNED},
    }


@pytest.mark.parametrize("state", [State.REJECTED, State.MERGED])
@pytest.mark.parametrize("step", list(Step))
def test_a_case_refused_or_merged_is_over(state: State, step: Step) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(state, step)


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.REOPEN])
def test_a_closed_case_can_only_be_reopened(step: Step) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(State.CLOSED, step)


def test_accepting_names_host_and_term() -> None:
    case = _case()

    accepted = case.accept(leaf="FAC-01", host_unit="610703:fire", level="district", clock=CLOCK, now=MONDAY)

    assert accepted == replace(
        case,
        state=State.ACCEPTED,
        leaf="FAC-01",
        host_unit="610703:fire",
        level="district",
        accepted_at=MONDAY,
        clock_started_at=CLOCK.started_at,
        due_at=CLOCK.due_at,
    )


def test_a_repeat_follows_a_case_of_the_same_estate() -> None:
    case, master = _case(), _case(State.HANDLING)

    assert case.merge_into(master) == replace(case, state=State.MERGED, master_id=master.id)


@pytest.mark.parametrize(
    "master",
    [
        _case(State.MERGED),
        _case(State.REJECTED),
        replace(_case(), estate_id=new_id()),
        replace(_case(), estate_id=None, estate_code="610703001-0042-1"),
    ],
)
def test_a_case_merged_refused_or_of_another_estate_leads_nobody(master: Case) -> None:
    with pytest.raises(MasterUnfit):
        _case().merge_into(master)


def test_a_case_does_not_follow_itself() -> None:
    case = _case()

    with pytest.raises(MasterUnfit):
        case.merge_into(case)


def test_the_host_unit_signs_for_a_case() -> None:
    signed = _case(State.ASSIGNED).sign(person="li", unit="610703001:town", bound_to_unit=True)

    assert (signed.state, signed.handler) == (State.HANDLING, "li")


def test_another_unit_does_not_sign_for_a_case() -> None:
    with pytest.raises(NotTheHost):
        _case(State.ASSIGNED).sign(person="li", unit="610703:fire", bound_to_unit=True)


def test_an_officer_of_the_territory_signs_for_any_of_its_units() -> None:
    signed = _case(State.ASSIGNED).sign(person="li", unit="610703:authority", bound_to_unit=False)

    assert signed.state is State.HANDLING


def test_a_case_is_returned_three_times_and_no_more() -> None:
    case = _case(State.ASSIGNED)
    terms: dict[str, Any] = {"unit": "610703001:town", "bound_to_unit": True, "dispatch_due_at": MONDAY}

    for count in (1, 2, 3):
        returned = case.send_back(returns_max=3, **terms)
        assert (returned.state, returned.returns) == (State.ACCEPTED, count)
        case = replace(returned, state=State.ASSIGNED)

    with pytest.raises(ReturnedTooOften):
        case.send_back(returns_max=3, **terms)


def test_a_term_is_extended_once() -> None:
    longer = Clock(started_at=MONDAY, due_at=MONDAY + timedelta(days=15), provisional=True)
    extended = _case(State.HANDLING).extend(clock=longer, now=MONDAY, extensions_max=1)

    assert (extended.due_at, extended.due_provisional, extended.extensions) == (longer.due_at, True, 1)
    with pytest.raises(ExtendedBefore):
        extended.extend(clock=longer, now=MONDAY, extensions_max=1)


def test_a_term_that_has_run_out_is_not_extended() -> None:
    with pytest.raises(ExtendedBefore):
        _case(State.HANDLING).extend(clock=CLOCK, now=CLOCK.due_at, extensions_max=1)


@pytest.mark.parametrize("state", [State.RECEIVED, State.ACCEPTED, State.RESOLVED, State.CLOSED])
def test_nobody_reports_on_a_case_that_nobody_has(state: State) -> None:
    with pytest.raises(NotUnderHandling):
        _case(state).require_handled()


def test_a_case_to_be_called_back_is_not_closed_before() -> None:
    resolved = _case(State.HANDLING).resolve(callback_due_at=MONDAY)

    with pytest.raises(CallbackOutstanding):
        resolved.close(now=MONDAY, tries_max=3)
    assert Step.CLOSE not in resolved.allowed_actions(reopenings=1)
    assert resolved.call_back(reached=True, tries_max=3).close(now=MONDAY, tries_max=3).closed_at == MONDAY


def test_a_case_not_drawn_for_a_callback_is_closed_at_once() -> None:
    closed = _case(State.HANDLING).resolve(callback_due_at=None).close(now=MONDAY, tries_max=3)

    assert closed.state is State.CLOSED


def test_the_third_try_counts_as_a_callback() -> None:
    case = _case(State.HANDLING).resolve(callback_due_at=MONDAY)
    states = []

    for _ in range(3):
        case = case.call_back(reached=False, tries_max=3)
        states.append(case.state)

    assert states == [State.RESOLVED, State.RESOLVED, State.CALLED_BACK]


def test_a_case_is_reopened_once_for_another_handler() -> None:
    reopened = _case(State.CLOSED).reopen(former_handler="li", clock=CLOCK, sign_due_at=MONDAY, reopenings=1)

    assert (reopened.state, reopened.round, reopened.barred_handler) == (State.ASSIGNED, 1, "li")
    with pytest.raises(SameHandler):
        reopened.sign(person="li", unit="610703001:town", bound_to_unit=True)
    closed = replace(reopened, state=State.CLOSED)
    assert closed.allowed_actions(reopenings=1) == []
    with pytest.raises(ReopenedBefore):
        closed.reopen(former_handler="zhao", clock=CLOCK, sign_due_at=MONDAY, reopenings=1)


def test_a_reopened_case_is_not_handed_to_its_first_handler() -> None:
    barred = replace(_case(State.ACCEPTED), barred_handler="li")

    with pytest.raises(SameHandler):
        barred.assign(
            host_unit="610703001:town", level="town", assist_units=(), handler="li", sign_due_at=MONDAY
        )


def test_a_case_not_yet_accepted_has_no_clock() -> None:
    case = replace(_case(), due_at=None)

    assert case.clock is None
    assert not case.is_overdue(MONDAY + timedelta(days=99))
    assert case.with_clock(CLOCK).clock == CLOCK


def test_meetings_alone_take_the_steps_of_meetings() -> None:
    assert _case(State.HANDLING).allowed_actions(reopenings=1) == [Step.RESOLVE]


def test_a_case_is_overdue_at_the_moment_its_term_ends() -> None:
    case = _case(State.HANDLING)

    assert not case.is_overdue(CLOCK.due_at - timedelta(seconds=1))
    assert case.is_overdue(CLOCK.due_at)
    assert not replace(case, state=State.RESOLVED).is_overdue(CLOCK.due_at)


def _verdict(liability: Liability, org: str | None = None, degree: Degree | None = None) -> Verdict:
    return Verdict(result=Result.SOLVED, liability=liability, org=org, degree=degree, reply="已清运")


def test_the_company_that_answers_for_the_estate_is_liable() -> None:
    found = find_liability(_verdict(Liability.COMPANY), operator=ORG)

    assert (found.org, found.degree) == (ORG, Degree.MINOR)


def test_a_company_named_goes_before_the_operator() -> None:
    named = _verdict(Liability.COMPANY, org="91610703MA6YT3K7X1", degree=Degree.FULL)

    assert find_liability(named, operator=ORG) == named


def test_no_company_is_liable_that_nobody_knows() -> None:
    with pytest.raises(LiableCompanyNotNamed):
        find_liability(_verdict(Liability.COMPANY), operator=None)


def test_where_no_company_is_liable_none_is_named() -> None:
    found = find_liability(_verdict(Liability.OTHER, org=ORG, degree=Degree.MAIN), operator=ORG)

    assert (found.org, found.degree) == (None, None)


def _resolution(verdict: Verdict) -> Resolution:
    return Resolution(
        case_id=new_id(),
        round=0,
        verdict=verdict,
        evidence_hash=evidence_hash(verdict, case_no="1"),
        days=3,
        resolved_by="li",
        resolved_at=MONDAY,
    )


def test_another_person_confirms_a_liability_once() -> None:
    resolution = _resolution(_verdict(Liability.COMPANY, org=ORG, degree=Degree.MINOR))

    confirmed = resolution.confirm(person="zhao", now=MONDAY, confirmed_before=False)

    assert confirmed == replace(resolution, confirmed_by="zhao", confirmed_at=MONDAY)
    with pytest.raises(SamePersonConfirms):
        resolution.confirm(person="li", now=MONDAY, confirmed_before=False)
    with pytest.raises(LiabilityConfirmedBefore):
        resolution.confirm(person="zhao", now=MONDAY, confirmed_before=True)
    with pytest.raises(LiabilityConfirmedBefore):
        confirmed.confirm(person="zhao", now=MONDAY, confirmed_before=False)


def test_where_no_company_is_liable_there_is_nothing_to_confirm() -> None:
    with pytest.raises(NoCompanyLiable):
        _resolution(_verdict(Liability.OTHER)).confirm(person="zhao", now=MONDAY, confirmed_before=False)


def test_the_evidence_hash_changes_with_every_word() -> None:
    one = _verdict(Liability.COMPANY, org=ORG, degree=Degree.MINOR)
    hashes = {
        evidence_hash(verdict, case_no=number)
        for verdict in (one, replace(one, reply="已清理"), replace(one, degree=Degree.MAIN))
        for number in ("1", "2")
    }

    assert len(hashes) == 6
    assert all(len(each) == 64 for each in hashes)


def test_about_the_share_that_the_rule_names_is_called_back() -> None:
    cases = [new_id() for _ in range(2_000)]

    drawn = sum(callback_is_drawn(case_id, percent=30) for case_id in cases)

    assert 500 < drawn < 700
    assert all(callback_is_drawn(case_id, percent=100) for case_id in cases)
    assert not any(callback_is_drawn(case_id, percent=0) for case_id in cases)


def test_a_case_is_numbered_by_town_and_year() -> None:
    assert case_number(territory="610703001001", year=2026, serial=42) == "610703001-2026-00042"
