"""The clocks of cases: dispatch, signature, and the four stages of an overdue result (MD-13)."""

from datetime import timedelta
from uuid import UUID

from mediation_desk import TOWN_UNIT, Desk, Staff

from shared.contracts.dispute_mediation import ComplaintOverdue
from shared.kernel import new_id

DAY = timedelta(days=1)


async def _stages(desk: Desk) -> list[str]:
    return [event.stage for event in await desk.events() if isinstance(event, ComplaintOverdue)]


async def test_a_case_climbs_the_whole_ladder_one_stage_at_a_time(desk: Desk) -> None:
    case_id = await desk.handled()
    seen = []

    # Accepted on Monday the 2nd, due at the end of Monday the 9th.
    for step in (5 * DAY, DAY, DAY + timedelta(hours=12), 8 * DAY, 7 * DAY, 30 * DAY):
        await desk.let_pass(step)
        seen.append(await _stages(desk))

    warned, due, second, third = "warning_80", "due", "plus_5", "plus_10"
    assert seen == [
        [],
        [warned],
        [warned, due],
        [warned, due, second],
        [warned, due, second, third],
        [warned, due, second, third],
    ]
    stored = await desk.case(case_id)
    assert stored["stage"] == third
    assert (await desk.events())[-1] == ComplaintOverdue(
        case_id=UUID(case_id), estate_id=stored["estate_id"], unit=TOWN_UNIT, stage="plus_10"
    )


async def test_a_case_resolved_in_time_is_never_overdue(desk: Desk) -> None:
    await desk.resolved()

    await desk.let_pass(60 * DAY)

    assert await _stages(desk) == []


async def test_an_extended_case_is_overdue_by_its_longer_term(desk: Desk) -> None:
    case_id = await desk.handled()
    await desk.done(f"/complaints/{case_id}/extension", Staff.town, text="需专业检测")

    await desk.let_pass(8 * DAY)
    assert await _stages(desk) == []
    await desk.let_pass(14 * DAY)

    assert await _stages(desk) == ["warning_80", "due"]


async def test_a_case_nobody_dispatches_or_signs_is_noted(desk: Desk) -> None:
    waiting = (await desk.file(person_phone="13900000001"))["id"]
    unsigned = await desk.assigned(person_phone="13900000002")

    await desk.let_pass(3 * DAY)

    notes = {
        case_id: [entry["what"] for entry in await desk.shown(f"/complaints/{case_id}/course", Staff.town)]
        for case_id in (waiting, unsigned)
    }
    assert notes[waiting][-1] == "dispatch_overdue"
    assert notes[unsigned][-1] == "signature_overdue"


async def test_the_list_shows_what_is_overdue(desk: Desk) -> None:
    late = await desk.handled(person_phone="13900000001")
    await desk.resolved(person_phone="13900000002")
    await desk.let_pass(9 * DAY)
    await desk.file(person_phone="13900000003")

    overdue = await desk.shown("/complaints", Staff.town, overdue=True)

    assert [(line["id"], line["overdue"]) for line in overdue["items"]] == [(late, True)]


async def _leave_task(desk: Desk, kind: str, key: str) -> None:
    """Leave a task on the calendar that nothing took off."""
    async with desk.database.pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO due_tasks (id, kind, key, due_at, data) VALUES ($1, $2, $3, $4, $5)",
            new_id(),
            kind,
            key,
            desk.clock.now,
            {"stage": "due"},
        )


async def test_a_task_left_behind_tells_nothing_of_a_case_that_has_ended(desk: Desk) -> None:
    resolved = await desk.resolved()
    before = await desk.rows()

    for kind in ("complaint.result", "complaint.dispatch", "complaint.signature"):
        for key in (resolved, str(new_id())):
            await _leave_task(desk, kind, key)
    done = await desk.let_pass(timedelta(0))

    assert (done, await desk.rows()) == (6, before)
