"""The slice of the platform's story that is this service's, and what happens when two act at once."""

import asyncio
from datetime import timedelta
from uuid import UUID

from mediation_desk import ESTATE, ORG, TOWN_UNIT, Desk, Hear, Staff, order_imported

from shared.contracts.dispute_mediation import ComplaintLiabilityConfirmed, ResolutionItemOverdue


async def test_an_order_becomes_a_liability_by_way_of_a_joint_meeting(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock))
    case_id = (await desk.shown("/complaints", Staff.authority))["items"][0]["id"]
    path = f"/complaints/{case_id}"
    await desk.done(f"{path}/acceptance", Staff.town, leaf="SRV-01")
    meeting_id = await desk.held(case_id)
    duty = desk.duty(
        meeting_id=meeting_id,
        case_id=case_id,
        unit=None,
        org=ORG,
        due_at=(desk.clock.now + timedelta(seconds=3)).isoformat(),
    )
    item = await desk.done("/items", Staff.town, **duty)
    await desk.done(
        f"/meetings/{meeting_id}/minutes", Staff.town, facts="垃圾四天未清运", views="企业当场承诺"
    )
    await desk.let_pass(timedelta(seconds=3))
    await desk.done(
        f"{path}/resolution",
        Staff.town,
        result="solved",
        liability="company",
        degree="main",
        reply="已督促企业清运",
    )
    await desk.done(f"{path}/liability-confirmation", Staff.authority)
    await desk.done(f"{path}/callbacks", Staff.hotline, reached=True, solved=True, score=5)
    await desk.done(f"{path}/closure", Staff.town)

    assert await desk.facts() == [
        "ComplaintReceived",
        "ComplaintAccepted",
        "JointMeetingConvened",
        "ResolutionItemAssigned",
        "ResolutionItemOverdue",
        "ResolutionItemOverdue",
        "ComplaintResolved",
        "ComplaintLiabilityConfirmed",
        "CallbackCompleted",
    ]
    events = await desk.events()
    assert events[5] == ResolutionItemOverdue(
        item_id=UUID(item["id"]),
        case_id=UUID(case_id),
        estate_id=ESTATE,
        unit=TOWN_UNIT,
        org=ORG,
        stage="due",
        overdue_at=desk.clock.now,
    )
    confirmed = events[7]
    assert isinstance(confirmed, ComplaintLiabilityConfirmed)
    assert (confirmed.org, confirmed.degree, confirmed.leaf) == (ORG, "main", "SRV-01")


async def test_of_two_who_decide_at_once_one_is_told_to_look_again(desk: Desk) -> None:
    case = await desk.file()
    path = f"/complaints/{case['id']}"

    answers = await asyncio.gather(
        desk.post(f"{path}/acceptance", Staff.town, {}),
        desk.post(f"{path}/rejection", Staff.town_colleague, {"reason": "in_court"}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len([fact for fact in await desk.facts() if fact != "ComplaintReceived"]) == 1


async def test_two_complaints_of_one_person_at_once_make_one_case(desk: Desk) -> None:
    cases = await asyncio.gather(*(desk.file(text=f"第{place}次反映") for place in range(4)))

    assert sorted(case["state"] for case in cases) == ["merged", "merged", "merged", "received"]
    assert sorted(case["case_no"][-1] for case in cases) == ["1", "2", "3", "4"]
    master = next(case for case in cases if case["state"] == "received")
    assert (await desk.case(master["id"]))["repeat_count"] == 3


async def test_two_orders_of_one_number_at_once_make_one_case(desk: Desk, hear: Hear) -> None:
    outcomes = await asyncio.gather(
        *(hear(order_imported(desk.clock)) for _ in range(3)), return_exceptions=True
    )

    # A loser of the race is tried again by the consumer, and then finds the case.
    assert [outcome for outcome in outcomes if outcome is None]
    assert len((await desk.shown("/complaints", Staff.town))["items"]) == 1
