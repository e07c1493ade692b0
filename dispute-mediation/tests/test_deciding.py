"""What becomes of a case that came in, and by when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from mediation_desk import TOWN_UNIT, URL, Desk, Hear, Staff, order_imported

from shared.contracts.dispute_mediation import ComplaintAccepted, ComplaintRejected

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def _end_of(day: int) -> datetime:
    """Return the end of a day of March 2026 in Shanghai."""
    return datetime(2026, 3, day, 16, 0, tzinfo=UTC)


async def test_accepting_names_the_competent_unit_and_the_term_of_the_leaf(desk: Desk) -> None:
    case = await desk.file()

    accepted = await desk.done(f"/complaints/{case['id']}/acceptance", Staff.town, leaf="SRV-01")

    stored = await desk.case(case["id"])
    assert {
        name: stored[name]
        for name in ("state", "host_unit", "level", "accepted_at", "due_at", "due_provisional", "version")
    } == {
        "state": "accepted",
        "host_unit": TOWN_UNIT,
        "level": "town",
        "accepted_at": NOON,
        "due_at": _end_of(9),
        "due_provisional": False,
        "version": 2,
    }
    assert accepted["allowed_actions"] == ["assign", "merge"]
    assert (await desk.events())[-1] == ComplaintAccepted(
        case_id=UUID(case["id"]),
        estate_id=stored["estate_id"],
        level="town",
        host_unit=TOWN_UNIT,
        due_at=_end_of(9),
        due_provisional=False,
    )


@pytest.mark.parametrize(
    ("leaf", "host", "due"),
    [
        ("NEI-01", "610703001001:community", _end_of(23)),
        ("FAC-01", "610703:market_supervision", _end_of(5)),
        ("FAC-02", "610703:water", _end_of(3)),
        # Hours run from the moment the person called.
        ("SAF-03", "610703:authority", NOON + timedelta(hours=24)),
        # Thirty days end on a Wednesday.
        ("SAF-04", "610703:police", datetime(2026, 4, 1, 16, 0, tzinfo=UTC)),
    ],
)
async def test_each_leaf_has_its_own_unit_and_term(desk: Desk, leaf: str, host: str, due: datetime) -> None:
    case = await desk.file()

    await desk.done(f"/complaints/{case['id']}/acceptance", Staff.authority, leaf=leaf)

    stored = await desk.case(case["id"])
    assert (stored["leaf"], stored["host_unit"], stored["due_at"]) == (leaf, host, due)


async def test_danger_to_life_is_met_within_a_day(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="SAF-01", urgency="extra")

    assert (await desk.case(case_id))["due_at"] == NOON + timedelta(hours=24)


@pytest.mark.parametrize(
    ("leaf", "due"),
    [("FEE-02", _end_of(9)), ("FAC-02", _end_of(3))],
    ids=["five days of the hotline before fifteen of the leaf", "one day of the leaf before five"],
)
async def test_a_hotline_order_has_the_shorter_of_both_terms(
    bare_desk: Desk, hear: Hear, leaf: str, due: datetime
) -> None:
    await hear(order_imported(bare_desk.clock, leaf=leaf))
    case = (await bare_desk.shown("/complaints", Staff.town))["items"][0]

    accepted = await bare_desk.done(f"/complaints/{case['id']}/acceptance", Staff.town, leaf=leaf)

    assert datetime.fromisoformat(accepted["due_at"]) == due


async def test_the_limit_written_on_an_order_holds_when_it_is_shorter(bare_desk: Desk, hear: Hear) -> None:
    written = NOON + timedelta(hours=30)
    await hear(order_imported(bare_desk.clock, handle_due=written, sign_due=NOON + timedelta(hours=2)))
    case = (await bare_desk.shown("/complaints", Staff.town))["items"][0]
    path = f"/complaints/{case['id']}"

    accepted = await bare_desk.done(f"{path}/acceptance", Staff.town, leaf="SRV-01")
    assigned = await bare_desk.done(f"{path}/assignment", Staff.town, is_complex=False)

    assert datetime.fromisoformat(accepted["due_at"]) == written
    assert datetime.fromisoformat(assigned["sign_due_at"]) == NOON + timedelta(hours=2)


async def test_a_term_that_leans_on_a_year_not_announced_is_provisional(desk: Desk) -> None:
    desk.clock.now = datetime(2026, 12, 28, 4, 0, tzinfo=UTC)

    case_id = await desk.accepted()

    assert (await desk.case(case_id))["due_provisional"] is True
    assert (await desk.events())[-1].model_dump()["due_provisional"] is True


async def test_a_case_is_refused_with_a_reason_of_the_list(desk: Desk) -> None:
    case = await desk.file()
    path = f"/complaints/{case['id']}/rejection"

    assert await desk.refused(path, Staff.town, reason="no_time") == (404, "rejection-reason-unknown")
    rejected = await desk.done(path, Staff.town, reason="in_court")

    stored = await desk.case(case["id"])
    assert (stored["state"], stored["rejection_reason"], rejected["allowed_actions"]) == (
        "rejected",
        "in_court",
        [],
    )
    assert (await desk.events())[-1] == ComplaintRejected(
        case_id=UUID(case["id"]), estate_id=stored["estate_id"], reason="in_court"
    )
    assert await desk.row("due_tasks", "key", case["id"]) == {}
    reasons = await desk.shown("/rejection-reasons", Staff.town)
    assert "in_court" in [reason["code"] for reason in reasons]


async def test_a_case_is_accepted_once(desk: Desk) -> None:
    case_id = await desk.accepted()

    refusal = await desk.refused(f"/complaints/{case_id}/acceptance", Staff.town, leaf="SRV-01")

    assert refusal == (409, "step-not-allowed")


async def test_a_case_goes_to_the_units_of_its_leaf(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="SRV-02")

    assigned = await desk.done(f"/complaints/{case_id}/assignment", Staff.town, is_complex=False)

    assert (assigned["host_unit"], assigned["assist_units"]) == (TOWN_UNIT, ["610703:police"])
    assert datetime.fromisoformat(assigned["sign_due_at"]) == _end_of(3)
    assert await desk.row("due_tasks", "kind", "complaint.dispatch") == {}


async def test_a_complex_case_is_signed_within_two_days(desk: Desk) -> None:
    case_id = await desk.accepted()

    assigned = await desk.done(f"/complaints/{case_id}/assignment", Staff.town, is_complex=True)

    assert datetime.fromisoformat(assigned["sign_due_at"]) == _end_of(4)


async def test_a_trapped_lift_is_answered_within_the_hour(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="FAC-01")

    assigned = await desk.done(f"/complaints/{case_id}/assignment", Staff.town, is_complex=False)

    assert datetime.fromisoformat(assigned["sign_due_at"]) == NOON + timedelta(hours=1)


async def test_a_department_signs_for_its_own_cases_alone(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="SAF-01")
    path = f"/complaints/{case_id}"
    assert await desk.refused(f"{path}/signature", Staff.police) == (404, "case-not-found")
    await desk.done(f"{path}/assignment", Staff.town, assist_units=["610703:police"], host_unit="610703:fire")

    assert await desk.refused(f"{path}/signature", Staff.police) == (403, "not-the-host")
    signed = await desk.done(f"{path}/signature", Staff.fire)

    assert (signed["state"], signed["handler"]) == ("handling", "wu")


async def test_a_case_is_returned_three_times_then_a_meeting_is_asked_for(desk: Desk) -> None:
    case_id = await desk.accepted()
    path = f"/complaints/{case_id}"

    for count in (1, 2, 3):
        await desk.done(f"{path}/assignment", Staff.town, is_complex=False)
        returned = await desk.done(f"{path}/return", Staff.town, text="不属本单位职责")
        assert (returned["state"], returned["returns"]) == ("accepted", count)
    await desk.done(f"{path}/assignment", Staff.town, is_complex=False)

    assert await desk.refused(f"{path}/return", Staff.town, text="仍不属本单位") == (
        409,
        "returned-too-often",
    )


async def test_the_company_answers_on_a_case_of_its_estate(desk: Desk) -> None:
    case_id = await desk.handled()
    path = f"/complaints/{case_id}/progress"

    assert await desk.refused(path, Staff.other_company, text="不是我们") == (404, "case-not-found")
    await desk.done(path, Staff.company, text="已安排清运，联系人 13912345678")

    course = await desk.shown(f"/complaints/{case_id}/course", Staff.town)
    assert (course[-1]["what"], course[-1]["person"], course[-1]["note"]) == (
        "progress",
        "zheng",
        "已安排清运，联系人 139****5678",
    )


async def test_nobody_reports_on_a_case_nobody_has(desk: Desk) -> None:
    case = await desk.file()

    refusal = await desk.refused(f"/complaints/{case['id']}/progress", Staff.town, text="在办")

    assert refusal == (409, "not-under-handling")


async def test_a_term_is_extended_once_by_ten_working_days(desk: Desk) -> None:
    case_id = await desk.handled()
    path = f"/complaints/{case_id}/extension"

    extended = await desk.done(path, Staff.town, text="需专业检测")

    assert datetime.fromisoformat(extended["due_at"]) == _end_of(23)
    assert await desk.refused(path, Staff.town, text="再延") == (409, "extended-before")


async def test_a_stale_version_is_refused(desk: Desk) -> None:
    case = await desk.file()
    headers = {**Staff.town, "if-match": '"7"'}

    refusal = await desk.refused(f"/complaints/{case['id']}/acceptance", headers, leaf="SRV-01")

    assert refusal == (412, "precondition-failed")


async def test_an_officer_of_another_town_finds_no_such_case(desk: Desk) -> None:
    case = await desk.file()

    refusal = await desk.refused(f"/complaints/{case['id']}/acceptance", Staff.elsewhere, leaf="SRV-01")

    assert refusal == (404, "case-not-found")


async def test_a_company_or_an_owner_decides_nothing(desk: Desk) -> None:
    case = await desk.file()

    for by in (Staff.company, Staff.owner, Staff.supervisor):
        refusal = await desk.refused(f"/complaints/{case['id']}/acceptance", by, leaf="SRV-01")
        assert refusal == (403, "permission-missing")


async def test_a_unit_is_written_with_its_territory_and_kind(desk: Desk) -> None:
    case = await desk.file()
    path = f"{URL}/complaints/{case['id']}/acceptance"

    answers = [
        await desk.client.post(
            path, headers={**Staff.town, "accept-language": language}, json={"host_unit": "fire"}
        )
        for language in ("zh", "en")
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert [answer.json()["errors"][0]["detail"] for answer in answers] == [
        "单位代码应为“行政区划代码:机构类型”，如 610703001:town。",
        "A unit is written <territory>:<kind>, such as 610703001:town.",
    ]


async def test_an_officer_names_another_host_than_the_table(desk: Desk) -> None:
    case = await desk.file()

    accepted = await desk.done(
        f"/complaints/{case['id']}/acceptance", Staff.town, host_unit="610703:urban_management"
    )

    assert (accepted["host_unit"], accepted["level"]) == ("610703:urban_management", "district")
