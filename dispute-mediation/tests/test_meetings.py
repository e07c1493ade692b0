"""Joint meetings: called in time, attended, minuted; the cases go with them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from mediation_desk import COMMUNITY, ORG, TOWN_UNIT, Desk, Staff

from shared.contracts.dispute_mediation import JointMeetingConvened

HOUR = timedelta(hours=1)
ALL = [TOWN_UNIT, "610703:fire", "610703:police"]


async def test_convening_calls_the_lead_unit_and_takes_the_case(desk: Desk) -> None:
    case_id = await desk.handled()

    meeting = await desk.done("/meetings", Staff.town, **desk.call(case_id))

    assert [(seat["unit"], seat["seat"]) for seat in meeting["seats"]] == [
        ("610703001:town", "lead"),
        ("610703:fire", "unit"),
        ("610703:police", "unit"),
        (ORG, "party"),
    ]
    stored = await desk.row("meetings", "id", UUID(meeting["id"]))
    assert {
        name: stored[name] for name in ("state", "territory", "level", "kind", "chair", "convened_by")
    } == {
        "state": "convened",
        "territory": "610703001",
        "level": "town",
        "kind": "emergency",
        "chair": "chair",
        "convened_by": "zhao",
    }
    assert (await desk.case(case_id))["state"] == "joint_meeting"
    assert (await desk.events())[-1] == JointMeetingConvened(
        meeting_id=UUID(meeting["id"]),
        level="town",
        case_ids=[UUID(case_id)],
        units=sorted(ALL),
        starts_at=desk.clock.now,
    )


@pytest.mark.parametrize(
    ("kind", "earliest"),
    [
        ("regular", datetime(2026, 3, 4, 16, tzinfo=UTC)),
        ("special", datetime(2026, 3, 2, 16, tzinfo=UTC)),
        ("emergency", datetime(2026, 3, 2, 6, tzinfo=UTC)),
    ],
)
async def test_units_are_told_in_time(desk: Desk, kind: str, earliest: datetime) -> None:
    case_id = await desk.handled()
    told_now = {"kind": kind, "noticed_at": desk.clock.now.isoformat()}
    too_soon = desk.call(case_id, **told_now, starts_at=(earliest - timedelta(seconds=1)).isoformat())

    assert await desk.refused("/meetings", Staff.town, **too_soon) == (409, "meeting-notice-too-short")
    await desk.done("/meetings", Staff.town, **desk.call(case_id, **told_now, starts_at=earliest.isoformat()))


async def test_a_notice_cannot_lie_ahead(desk: Desk) -> None:
    case_id = await desk.handled()
    ahead = (desk.clock.now + HOUR).isoformat()

    refusal = await desk.refused("/meetings", Staff.town, **desk.call(case_id, noticed_at=ahead))

    assert refusal == (409, "notice-in-future")


async def test_a_town_does_not_convene_the_district(desk: Desk) -> None:
    case_id = await desk.handled()

    refusal = await desk.refused("/meetings", Staff.town, **desk.call(case_id, level="district"))
    meeting = await desk.done("/meetings", Staff.authority, **desk.call(case_id, level="district"))

    assert refusal == (403, "outside-territory")
    assert meeting["territory"] == "610703"


async def test_cases_of_two_towns_meet_in_the_district(desk: Desk) -> None:
    one = await desk.handled()
    other = await desk.done(
        "/complaints",
        Staff.authority,
        channel="inspection",
        leaf="SAF-01",
        text="消防通道被占",
        territory="610703102001",
        person_phone="13900000009",
    )
    await desk.done(f"/complaints/{other['id']}/acceptance", Staff.authority, leaf="SAF-01")

    refusal = await desk.refused("/meetings", Staff.authority, **desk.call(one, other["id"]))
    meeting = await desk.done("/meetings", Staff.authority, **desk.call(one, other["id"], level="district"))

    assert refusal == (409, "cases-apart")
    assert sorted(meeting["case_ids"]) == sorted([one, other["id"]])
    leads = [seat["unit"] for seat in meeting["seats"] if seat["seat"] == "lead"]
    assert leads == ["610703001:town", "610703:fire"]


async def test_a_case_lies_before_one_meeting_at_a_time(desk: Desk) -> None:
    case_id = await desk.handled()
    await desk.convened(case_id)

    refusal = await desk.refused("/meetings", Staff.town, **desk.call(case_id))

    assert refusal == (409, "step-not-allowed")


async def test_the_roll_is_called_once_the_meeting_has_begun(desk: Desk) -> None:
    case_id = await desk.handled()
    later = (desk.clock.now + HOUR).isoformat()
    meeting_id = await desk.convened(case_id, starts_at=later)
    path = f"/meetings/{meeting_id}/attendance"

    refusal = await desk.refused(path, Staff.town, chair_present=True, present=ALL)
    desk.clock.advance(HOUR)
    held = await desk.done(path, Staff.town, chair_present=True, present=ALL)

    assert refusal == (409, "meeting-not-started")
    assert (held["state"], held["quorum"], held["allowed_actions"]) == ("held", True, ["minute"])
    assert datetime.fromisoformat(held["minutes_due_at"]) == datetime(2026, 3, 5, 16, tzinfo=UTC)


async def test_whoever_was_not_called_cannot_be_there(desk: Desk) -> None:
    meeting_id = await desk.convened(await desk.handled())

    refusal = await desk.refused(
        f"/meetings/{meeting_id}/attendance", Staff.town, chair_present=True, present=["610703:water"]
    )

    assert refusal == (409, "unit-not-called")


@pytest.mark.parametrize(
    ("chair", "present"),
    [(False, ALL), (True, ["610703:fire", "610703:police"]), (True, [TOWN_UNIT])],
    ids=["without its chair", "without its lead unit", "with one of three units"],
)
async def test_a_meeting_without_a_quorum_fails_and_gives_its_case_back(
    desk: Desk, *, chair: bool, present: list[str]
) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.convened(case_id)

    failed = await desk.done(
        f"/meetings/{meeting_id}/attendance", Staff.town, chair_present=chair, present=present
    )

    assert (failed["state"], failed["quorum"]) == ("failed", False)
    assert (await desk.case(case_id))["state"] == "handling"
    refusal = await desk.refused("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id))
    assert refusal == (409, "no-quorum")


async def test_minutes_end_the_meeting_and_give_its_cases_back(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    said = {"facts": "通道被占，举报人 13812341234", "views": "应立即清理", "dissent": "公安派出所保留意见"}

    minuted = await desk.done(f"/meetings/{meeting_id}/minutes", Staff.town, **said)

    assert (minuted["state"], minuted["minutes_late"], minuted["allowed_actions"]) == ("minuted", False, [])
    assert minuted["minutes"]["facts"] == "通道被占，举报人 138****1234"
    assert (await desk.case(case_id))["state"] == "handling"


async def test_minutes_after_three_working_days_are_late(desk: Desk) -> None:
    meeting_id = await desk.held(await desk.handled())
    desk.clock.advance(timedelta(days=4))

    minuted = await desk.done(f"/meetings/{meeting_id}/minutes", Staff.town, facts="见附件", views="一致同意")

    assert minuted["minutes_late"] is True


async def test_a_meeting_called_off_gives_its_cases_back(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.convened(case_id)

    cancelled = await desk.done(f"/meetings/{meeting_id}/cancellation", Staff.town)

    assert (cancelled["state"], (await desk.case(case_id))["state"]) == ("cancelled", "handling")


async def test_a_case_is_resolved_on_the_spot(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)

    resolved = await desk.done(
        f"/complaints/{case_id}/resolution",
        Staff.town,
        result="solved",
        liability="none",
        reply="当场达成一致",
    )
    await desk.done(f"/meetings/{meeting_id}/minutes", Staff.town, facts="见附件", views="一致同意")

    assert resolved["state"] == "resolved"
    assert (await desk.case(case_id))["state"] == "resolved"


async def test_a_unit_sees_the_meetings_it_was_called_to(desk: Desk) -> None:
    meeting_id = await desk.convened(await desk.handled())

    seen = {
        name: [line["id"] for line in (await desk.shown("/meetings", by))["items"]]
        for name, by in {
            "fire": Staff.fire,
            "company": Staff.company,
            "other company": Staff.other_company,
            "community": Staff.community,
            "elsewhere": Staff.elsewhere,
            "authority": Staff.authority,
        }.items()
    }

    assert seen == {
        "fire": [meeting_id],
        "company": [meeting_id],
        "other company": [],
        "community": [],
        "elsewhere": [],
        "authority": [meeting_id],
    }
    assert (await desk.see(f"/meetings/{meeting_id}", Staff.other_company)).status_code == 404


async def test_a_community_that_was_called_sees_the_meeting_of_its_town(desk: Desk) -> None:
    meeting_id = await desk.convened(await desk.handled(), units=[f"{COMMUNITY}:community"])

    assert (await desk.shown(f"/meetings/{meeting_id}", Staff.community))["id"] == meeting_id


async def test_meetings_are_listed_by_state_and_case(desk: Desk) -> None:
    case_id = await desk.handled()
    first = await desk.convened(case_id)
    await desk.done(f"/meetings/{first}/cancellation", Staff.town)
    second = await desk.convened(case_id)

    pages = [await desk.shown("/meetings", Staff.town, case_id=case_id, limit=1)]
    pages.append(
        await desk.shown("/meetings", Staff.town, case_id=case_id, limit=1, cursor=pages[0]["next_cursor"])
    )

    assert [page["items"][0]["id"] for page in pages] == [second, first]
    assert [
        line["id"] for line in (await desk.shown("/meetings", Staff.town, state="cancelled"))["items"]
    ] == [first]
