"""The end of a case: result, liability, callback, closing, reopening."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from mediation_desk import ESTATE, ORG, OTHER_ORG, Desk, Hear, Staff, order_imported

from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintLiabilityConfirmed,
    ComplaintResolved,
)

SOLVED = {"result": "solved", "liability": "none", "reply": "已处理"}


async def test_a_result_is_kept_and_told_with_its_working_days(desk: Desk) -> None:
    case_id = await desk.handled()
    desk.clock.advance(timedelta(days=3))

    await desk.done(
        f"/complaints/{case_id}/resolution",
        Staff.town,
        result="partly",
        liability="company",
        degree="full",
        reply="已清运",
        evidence=[{"name": "现场照片.jpg", "sha256": "ab" * 32}],
    )

    stored = await desk.row("resolutions", "case_id", UUID(case_id))
    assert {name: stored[name] for name in stored if name != "evidence_hash"} == {
        "case_id": UUID(case_id),
        "round": 0,
        "result": "partly",
        "liability": "company",
        "org": ORG,
        "degree": "full",
        "reply": "已清运",
        "evidence": [{"name": "现场照片.jpg", "sha256": "ab" * 32}],
        "days": 3,
        "resolved_by": "zhao",
        "resolved_at": desk.clock.now,
        "confirmed_by": None,
        "confirmed_at": None,
    }
    assert (await desk.events())[-1] == ComplaintResolved(
        case_id=UUID(case_id), estate_id=ESTATE, result="partly", liability="company", org=ORG, days=3
    )
    assert await desk.row("due_tasks", "key", case_id) == {}


async def test_no_company_is_held_liable_that_nobody_knows(bare_desk: Desk) -> None:
    case_id = await bare_desk.handled(territory="610703001001", estate_id=None)
    path = f"/complaints/{case_id}/resolution"
    verdict = {"result": "solved", "liability": "company", "reply": "已处理"}

    assert await bare_desk.refused(path, Staff.town, **verdict) == (409, "liable-company-not-named")
    await bare_desk.done(path, Staff.town, **verdict, org=OTHER_ORG)

    assert (await bare_desk.row("resolutions", "case_id", UUID(case_id)))["org"] == OTHER_ORG


async def test_another_person_confirms_the_liability_once(desk: Desk) -> None:
    case_id = await desk.resolved()
    path = f"/complaints/{case_id}/liability-confirmation"

    assert await desk.refused(path, Staff.town) == (403, "same-person-confirms")
    confirmed = await desk.done(path, Staff.authority)

    assert (confirmed["confirmed_by"], confirmed["org"]) == ("li", ORG)
    stored = await desk.row("resolutions", "case_id", UUID(case_id))
    assert (stored["confirmed_by"], stored["confirmed_at"]) == ("li", desk.clock.now)
    assert (await desk.events())[-1] == ComplaintLiabilityConfirmed(
        case_id=UUID(case_id),
        estate_id=ESTATE,
        org=ORG,
        leaf="SRV-01",
        degree="main",
        evidence_hash=stored["evidence_hash"],
        confirmed_at=desk.clock.now,
    )
    assert await desk.refused(path, Staff.town_colleague) == (409, "liability-confirmed-before")


async def test_where_no_company_is_liable_nothing_is_confirmed(desk: Desk) -> None:
    case_id = await desk.handled()
    path = f"/complaints/{case_id}"
    assert await desk.refused(f"{path}/liability-confirmation", Staff.authority) == (
        409,
        "no-company-liable",
    )
    await desk.done(f"{path}/resolution", Staff.town, **SOLVED)

    refusal = await desk.refused(f"{path}/liability-confirmation", Staff.authority)

    assert refusal == (409, "no-company-liable")


async def _hotline_case(desk: Desk, hear: Hear) -> str:
    await hear(order_imported(desk.clock))
    case_id = str((await desk.shown("/complaints", Staff.town))["items"][0]["id"])
    for step, body in (
        ("acceptance", {"leaf": "SRV-01"}),
        ("assignment", {"is_complex": False}),
        ("signature", {}),
        ("resolution", SOLVED),
    ):
        await desk.done(f"/complaints/{case_id}/{step}", Staff.town, **body)
    return case_id


async def test_a_hotline_case_is_called_back_before_it_is_closed(desk: Desk, hear: Hear) -> None:
    case_id = await _hotline_case(desk, hear)
    path = f"/complaints/{case_id}"

    assert await desk.refused(f"{path}/closure", Staff.town) == (409, "callback-outstanding")
    called = await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=True, score=4)
    closed = await desk.done(f"{path}/closure", Staff.town)

    assert datetime.fromisoformat(called["callback_due_at"]) == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert (called["state"], closed["state"], closed["allowed_actions"]) == (
        "called_back",
        "closed",
        ["reopen"],
    )
    assert (await desk.events())[-1] == CallbackCompleted(
        case_id=UUID(case_id), estate_id=ESTATE, reached=True, solved=True, score=4
    )


async def test_after_three_tries_the_callback_is_done_without_an_answer(desk: Desk, hear: Hear) -> None:
    case_id = await _hotline_case(desk, hear)
    path = f"/complaints/{case_id}/callbacks"

    tries = [await desk.done(path, Staff.hotline, reached=False, note="无人接听") for _ in range(3)]

    assert [case["state"] for case in tries] == ["resolved", "resolved", "called_back"]
    assert [event for event in await desk.events() if isinstance(event, CallbackCompleted)] == [
        CallbackCompleted(case_id=UUID(case_id), estate_id=ESTATE, reached=False, solved=None, score=None)
    ]
    whole = await desk.shown(f"/complaints/{case_id}", Staff.hotline)
    assert [one["try_no"] for one in whole["callbacks"]] == [1, 2, 3]


async def test_an_answer_belongs_to_a_person_who_was_reached(desk: Desk, hear: Hear) -> None:
    case_id = await _hotline_case(desk, hear)
    path = f"/complaints/{case_id}/callbacks"

    assert await desk.refused(path, Staff.hotline, reached=True) == (422, "invalid-input")
    assert await desk.refused(path, Staff.hotline, reached=False, score=5) == (422, "invalid-input")
    assert await desk.refused(path, Staff.hotline, reached=True, solved=True, score=6) == (
        422,
        "invalid-input",
    )


async def test_an_unhappy_person_has_the_case_reopened_once_by_another_handler(
    desk: Desk, hear: Hear
) -> None:
    case_id = await _hotline_case(desk, hear)
    path = f"/complaints/{case_id}"
    await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=False, score=1)

    reopened = await desk.done(f"{path}/reopening", Staff.hotline, text="垃圾又堆上了")

    assert (reopened["state"], reopened["reopened"], reopened["handler"]) == ("assigned", True, None)
    assert datetime.fromisoformat(reopened["due_at"]) == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert await desk.refused(f"{path}/signature", Staff.town) == (403, "same-handler")
    await desk.done(f"{path}/signature", Staff.town_colleague)
    await desk.done(f"{path}/resolution", Staff.town_colleague, **SOLVED)
    await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=False, score=1)
    assert await desk.refused(f"{path}/reopening", Staff.hotline, text="还是不行") == (
        409,
        "reopened-before",
    )
    whole = await desk.shown(path, Staff.hotline)
    assert [one["round"] for one in whole["resolutions"]] == [0, 1]
    assert whole["allowed_actions"] == ["close"]


async def test_an_owner_reopens_only_what_they_filed(desk: Desk) -> None:
    filed = await desk.file(Staff.owner, channel="mobile_app")
    path = f"/complaints/{filed['id']}"
    for step, body in (
        ("acceptance", {"leaf": "SRV-01"}),
        ("assignment", {"is_complex": False}),
        ("signature", {}),
        ("resolution", SOLVED),
    ):
        await desk.done(f"{path}/{step}", Staff.town, **body)
    await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=False, score=2)

    assert await desk.refused(f"{path}/reopening", Staff.neighbour, text="我也不满意") == (
        404,
        "case-not-found",
    )
    assert (await desk.done(f"{path}/reopening", Staff.owner, text="没有解决"))["state"] == "assigned"


async def test_about_a_third_of_other_cases_must_be_called_back(desk: Desk) -> None:
    drawn = []

    for place in range(40):
        case_id = await desk.resolved(person_phone=f"139{place:08d}")
        drawn.append((await desk.case(case_id))["callback_required"])

    assert 3 < sum(drawn) < 24
