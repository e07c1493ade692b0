"""Duties taken at a joint meeting: assigned, done or overdue, verified by another person."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from mediation_desk import ESTATE, ORG, TOWN_UNIT, Desk, Json, Staff

from shared.contracts.dispute_mediation import (
    ResolutionItemAssigned,
    ResolutionItemOverdue,
    ResolutionItemVerified,
)
from shared.identity import Role
from shared.kernel import new_id
from shared.testing import as_role

DAY = timedelta(days=1)


async def _item(desk: Desk, **changed: object) -> Json:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    return await desk.done(
        "/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id, **changed)
    )


async def _overdue(desk: Desk) -> list[ResolutionItemOverdue]:
    return [event for event in await desk.events() if isinstance(event, ResolutionItemOverdue)]


async def test_a_meeting_assigns_a_duty_with_the_default_term(desk: Desk) -> None:
    item = await _item(desk)

    due_at = datetime(2026, 3, 23, 16, tzinfo=UTC)
    stored = await desk.row("items", "id", UUID(item["id"]))
    assert {
        name: stored[name] for name in ("state", "unit", "org", "due_at", "accept_due_at", "version")
    } == {
        "state": "assigned",
        "unit": "610703:fire",
        "org": None,
        "due_at": due_at,
        "accept_due_at": datetime(2026, 3, 4, 16, tzinfo=UTC),
        "version": 1,
    }
    assert item["allowed_actions"] == ["accept", "object"]
    assert (await desk.events())[-1] == ResolutionItemAssigned(
        item_id=UUID(item["id"]),
        meeting_id=UUID(item["meeting_id"]),
        case_id=UUID(item["case_id"]),
        estate_id=ESTATE,
        unit="610703:fire",
        org=None,
        due_at=due_at,
    )


async def test_a_company_owes_a_duty_under_the_eyes_of_the_host_unit(desk: Desk) -> None:
    item = await _item(desk, org=ORG, unit=None)

    assert (item["unit"], item["org"]) == (TOWN_UNIT, ORG)


async def test_a_deadline_lies_ahead_and_within_sixty_days(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)

    for wrong in (desk.clock.now, desk.clock.now + 70 * DAY):
        duty = desk.duty(meeting_id=meeting_id, case_id=case_id, due_at=wrong.isoformat())
        assert await desk.refused("/items", Staff.town, **duty) == (409, "deadline-out-of-range")
    for right in (timedelta(seconds=90), 60 * DAY):
        duty = desk.duty(meeting_id=meeting_id, case_id=case_id, due_at=(desk.clock.now + right).isoformat())
        await desk.done("/items", Staff.town, **duty)


async def test_a_duty_is_owed_by_someone_about_a_case_of_the_meeting(desk: Desk) -> None:
    other = await desk.handled(person_phone="13900000001")
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)

    nobody = desk.duty(meeting_id=meeting_id, case_id=case_id, unit=None)
    elsewhere = desk.duty(meeting_id=meeting_id, case_id=other)

    assert await desk.refused("/items", Staff.town, **nobody) == (422, "invalid-input")
    assert await desk.refused("/items", Staff.town, **elsewhere) == (409, "case-not-on-agenda")


async def test_a_meeting_not_yet_held_assigns_nothing(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.convened(case_id)

    refusal = await desk.refused("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id))

    assert refusal == (409, "no-quorum")


async def test_a_duty_is_done_and_verified_by_its_check_person(desk: Desk) -> None:
    item = await _item(desk)
    path = f"/items/{item['id']}"

    assert await desk.refused(f"{path}/acceptance", Staff.police) == (403, "not-the-responsible")
    await desk.done(f"{path}/acceptance", Staff.fire)
    await desk.done(f"{path}/start", Staff.fire)
    claimed = await desk.done(f"{path}/claim", Staff.fire, text="已清理，照片已上传")
    assert await desk.refused(f"{path}/verification", Staff.town, passed=True) == (
        403,
        "not-the-check-person",
    )
    verified = await desk.done(f"{path}/verification", Staff.town_colleague, passed=True)
    closed = await desk.done(f"{path}/closure", Staff.town)

    assert (claimed["state"], verified["state"], closed["state"]) == ("claimed", "verified", "closed")
    assert (await desk.events())[-1] == ResolutionItemVerified(
        item_id=UUID(item["id"]),
        case_id=UUID(item["case_id"]),
        estate_id=ESTATE,
        unit="610703:fire",
        org=None,
        passed=True,
        on_time=True,
    )
    assert await desk.row("due_tasks", "key", item["id"]) == {}


async def test_whoever_reports_a_duty_done_does_not_verify_it(desk: Desk) -> None:
    item = await _item(desk, unit=TOWN_UNIT, check_person="zhao")
    path = f"/items/{item['id']}"
    for step, body in (("acceptance", {}), ("start", {}), ("claim", {"text": "已清理"})):
        await desk.done(f"{path}/{step}", Staff.town, **body)

    refusal = await desk.refused(f"{path}/verification", Staff.town, passed=True)

    assert refusal == (403, "same-person-verifies")


async def test_a_company_sees_and_acts_on_its_own_duty_alone(desk: Desk) -> None:
    item = await _item(desk, org=ORG, unit=None)
    path = f"/items/{item['id']}"

    assert await desk.refused(f"{path}/acceptance", Staff.other_company) == (404, "item-not-found")
    assert (await desk.done(f"{path}/acceptance", Staff.company))["state"] == "accepted"
    seen = [
        [line["id"] for line in (await desk.shown("/items", by))["items"]]
        for by in (Staff.company, Staff.other_company, Staff.elsewhere)
    ]
    assert seen == [[item["id"]], [], []]


async def test_a_duty_due_in_minutes_goes_overdue_by_itself(desk: Desk) -> None:
    due_at = desk.clock.now + timedelta(minutes=10)
    item = await _item(desk, org=ORG, unit=None, due_at=due_at.isoformat())

    await desk.let_pass(timedelta(minutes=8))
    assert [event.stage for event in await _overdue(desk)] == ["warning_80"]
    await desk.let_pass(timedelta(minutes=2))

    assert (await _overdue(desk))[-1] == ResolutionItemOverdue(
        item_id=UUID(item["id"]),
        case_id=UUID(item["case_id"]),
        estate_id=ESTATE,
        unit=TOWN_UNIT,
        org=ORG,
        stage="due",
        overdue_at=due_at,
    )
    shown = await desk.shown(f"/items/{item['id']}", Staff.company)
    assert (shown["overdue"], shown["overdue_stage"]) == (True, "due")
    assert [line["id"] for line in (await desk.shown("/items", Staff.town, overdue=True))["items"]] == [
        item["id"]
    ]


async def test_a_duty_climbs_the_whole_ladder(desk: Desk) -> None:
    await _item(desk)

    await desk.let_pass(60 * DAY)

    assert [event.stage for event in await _overdue(desk)] == ["warning_80", "due", "plus_5", "plus_10"]


async def test_a_duty_reported_done_in_time_waits_for_its_check(desk: Desk) -> None:
    item = await _item(desk, due_at=(desk.clock.now + DAY).isoformat())
    path = f"/items/{item['id']}"
    for step, body in (("acceptance", {}), ("start", {}), ("claim", {"text": "已清理"})):
        await desk.done(f"{path}/{step}", Staff.fire, **body)

    await desk.let_pass(3 * DAY)
    assert await _overdue(desk) == []
    await desk.done(f"{path}/verification", Staff.town_colleague, passed=False)
    await desk.let_pass(timedelta(0))

    assert [event.stage for event in await _overdue(desk)] == ["warning_80", "due"]
    assert (await desk.events())[-3] == ResolutionItemVerified(
        item_id=UUID(item["id"]),
        case_id=UUID(item["case_id"]),
        estate_id=ESTATE,
        unit="610703:fire",
        org=None,
        passed=False,
        on_time=True,
    )


async def test_the_chair_decides_on_an_objection(desk: Desk) -> None:
    item = await _item(desk)
    path = f"/items/{item['id']}"
    await desk.done(f"{path}/objection", Staff.fire, text="不属本单位职责")

    assert await desk.refused(f"{path}/objection-decision", Staff.town, upheld=True) == (403, "not-the-chair")
    insisted = await desk.done(f"{path}/objection-decision", Staff.leader, upheld=False)

    assert (insisted["state"], insisted["allowed_actions"]) == ("assigned", ["accept"])
    assert await desk.refused(f"{path}/objection", Staff.fire, text="再次异议") == (409, "objection-too-late")


async def test_a_duty_withdrawn_is_owed_no_more(desk: Desk) -> None:
    item = await _item(desk)
    await desk.done(f"/items/{item['id']}/objection", Staff.fire, text="不属本单位职责")
    await desk.done(f"/items/{item['id']}/objection-decision", Staff.leader, upheld=True)

    await desk.let_pass(90 * DAY)

    assert await _overdue(desk) == []


async def test_an_objection_after_two_working_days_is_too_late(desk: Desk) -> None:
    item = await _item(desk)
    desk.clock.advance(3 * DAY)

    refusal = await desk.refused(f"/items/{item['id']}/objection", Staff.fire, text="不属本单位职责")

    assert refusal == (409, "objection-too-late")


async def test_a_committee_member_does_not_see_the_duties_of_others(desk: Desk) -> None:
    item = await _item(desk)
    member = as_role(
        Role.COMMITTEE_MEMBER, "610703001001", person="lin", unit="610703001001:owners_committee"
    )

    refusal = await desk.refused(f"/items/{item['id']}/acceptance", member)

    assert refusal == (404, "item-not-found")


async def test_duties_are_listed_by_who_owes_them_and_page_by_page(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    made = [
        await desk.done("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id, **who))
        for who in ({"unit": "610703:fire"}, {"unit": "610703:police"}, {"unit": None, "org": ORG})
    ]

    by_unit = await desk.shown("/items", Staff.town, unit="610703:police")
    by_org = await desk.shown("/items", Staff.town, org=ORG, state="assigned")
    first = await desk.shown("/items", Staff.town, meeting_id=meeting_id, limit=2)
    second = await desk.shown(
        "/items", Staff.town, meeting_id=meeting_id, limit=2, cursor=first["next_cursor"]
    )

    assert [line["id"] for line in by_unit["items"]] == [made[1]["id"]]
    assert [line["id"] for line in by_org["items"]] == [made[2]["id"]]
    paged = [line["id"] for line in (*first["items"], *second["items"])]
    assert paged == [item["id"] for item in reversed(made)]


async def test_a_task_left_behind_tells_nothing_of_a_duty_that_waits(desk: Desk) -> None:
    item = await _item(desk)
    await desk.done(f"/items/{item['id']}/objection", Staff.fire, text="不属本单位职责")
    async with desk.database.pool.acquire() as connection:
        for key in (item["id"], str(new_id())):
            await connection.execute(
                "INSERT INTO due_tasks (id, kind, key, due_at, data) VALUES ($1, 'item.overdue', $2, $3, $4)",
                new_id(),
                key,
                desk.clock.now,
                {"stage": "due"},
            )

    await desk.let_pass(timedelta(0))

    assert await _overdue(desk) == []
    assert (await desk.row("items", "id", UUID(item["id"])))["stage"] is None


async def test_a_duty_reported_late_before_the_calendar_turned_is_still_overdue(desk: Desk) -> None:
    due_at = desk.clock.now + DAY
    item = await _item(desk, due_at=due_at.isoformat())
    path = f"/items/{item['id']}"
    for step in ("acceptance", "start"):
        await desk.done(f"{path}/{step}", Staff.fire)
    desk.clock.advance(2 * DAY)

    await desk.done(f"{path}/claim", Staff.fire, text="已清理")
    await desk.let_pass(DAY)

    warned_at = due_at - DAY * 20 // 100
    told = [(event.stage, event.overdue_at) for event in await _overdue(desk)]
    assert told == [("warning_80", warned_at), ("due", due_at)]
    assert (await desk.row("items", "id", UUID(item["id"])))["stage"] == "due"


async def test_a_duty_is_overdue_from_its_moment_however_late_the_calendar_turns(desk: Desk) -> None:
    due_at = desk.clock.now + DAY
    await _item(desk, due_at=due_at.isoformat())

    await desk.let_pass(2 * DAY)

    assert [event.overdue_at for event in await _overdue(desk)] == [due_at - DAY * 20 // 100, due_at]
