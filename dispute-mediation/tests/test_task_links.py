"""What a unit or company sees beyond its territory, for a task, and until when (domain, 11)."""

from datetime import timedelta

from mediation_desk import Desk, Headers, Staff

from dispute_mediation.items.domain import State
from dispute_mediation.sight import LEFT_TO_DO


async def sees(desk: Desk, path: str, by: Headers) -> bool:
    return (await desk.see(path, by)).status_code == 200


async def closed(desk: Desk, **filed: object) -> str:
    case_id = await desk.accepted(leaf="SRV-02", **filed)
    path = f"/complaints/{case_id}"
    await desk.done(f"{path}/assignment", Staff.town, assist_units=["610703:police"])
    await desk.done(f"{path}/signature", Staff.town)
    await desk.done(
        f"{path}/resolution", Staff.town, result="solved", liability="none", reply="已派驻保安，居民知悉。"
    )
    if (await desk.case(case_id))["callback_required"]:
        await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=True, score=4)
    await desk.done(f"{path}/closure", Staff.town)
    return case_id


async def test_a_units_sight_of_a_case_ends_thirty_days_after_the_case(desk: Desk) -> None:
    path = f"/complaints/{await closed(desk)}"

    desk.clock.advance(timedelta(days=29))
    before = [await sees(desk, path, by) for by in (Staff.police, Staff.company)]
    desk.clock.advance(timedelta(days=2))
    after = [await sees(desk, path, by) for by in (Staff.police, Staff.company)]

    assert before == [True, True]
    assert after == [False, False]
    assert await sees(desk, path, Staff.town), "the territory's own office sees it for good"
    assert await sees(desk, path, Staff.community)


async def test_an_open_case_stays_in_sight(desk: Desk) -> None:
    case_id = await desk.handled()

    desk.clock.advance(timedelta(days=400))

    assert await sees(desk, f"/complaints/{case_id}", Staff.company)


async def test_a_persons_own_case_stays_theirs(desk: Desk) -> None:
    case_id = await closed(desk, by=Staff.owner, channel="mobile_app")

    desk.clock.advance(timedelta(days=400))

    assert await sees(desk, f"/my-complaints/{case_id}", Staff.owner)


async def test_a_units_sight_of_a_meeting_ends_thirty_days_after_it(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    await desk.done(f"/meetings/{meeting_id}/minutes", Staff.town, facts="见附件", views="一致同意")
    path = f"/meetings/{meeting_id}"

    desk.clock.advance(timedelta(days=29))
    before = [await sees(desk, path, by) for by in (Staff.fire, Staff.company, Staff.town)]
    desk.clock.advance(timedelta(days=2))
    after = [await sees(desk, path, by) for by in (Staff.fire, Staff.company, Staff.town)]

    assert before == [True, True, True]
    assert after == [False, False, True]


async def test_a_duty_left_to_do_keeps_the_meeting_in_its_units_sight(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    await desk.done("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id))
    await desk.done(f"/meetings/{meeting_id}/minutes", Staff.town, facts="见附件", views="一致同意")

    desk.clock.advance(timedelta(days=60))

    assert await sees(desk, f"/meetings/{meeting_id}", Staff.fire)
    assert not await sees(desk, f"/meetings/{meeting_id}", Staff.company)


def test_the_states_that_leave_something_to_do_are_all_but_the_ends() -> None:
    assert set(LEFT_TO_DO) == set(State) - {State.WITHDRAWN, State.VERIFIED, State.CLOSED}
