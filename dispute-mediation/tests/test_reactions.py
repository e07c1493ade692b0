"""What other contexts tell; every message comes twice, in any order."""

from datetime import date
from uuid import UUID

from mediation_desk import (
    COMMUNITY,
    ESTATE,
    ESTATE_CODE,
    ORG,
    OTHER_ORG,
    Desk,
    Hear,
    Staff,
    estate_registered,
    operator_assigned,
    order_imported,
)

from shared.contracts.dispute_mediation import ComplaintReceived
from shared.contracts.estate_registry import EstateProfileUpdated, OperatorVacated
from shared.kernel import new_id


async def _only_case(desk: Desk) -> dict[str, object]:
    async with desk.database.pool.acquire() as connection:
        rows = await connection.fetch("SELECT * FROM cases")
    assert len(rows) == 1
    return dict(rows[0])


async def test_an_order_becomes_a_case_of_the_hotline(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock, secret=True, urgency="urgent", kind="report"))

    case = await _only_case(desk)
    wanted = {
        "channel": "hotline_12345",
        "kind": "report",
        "order_no": "HZ20260302001",
        "urgency": "urgent",
        "estate_id": ESTATE,
        "org": ORG,
        "territory": COMMUNITY,
        "mark": "c0ffee",
        "want_secret": True,
        "anonymous": False,
        "state": "received",
    }
    assert {name: case[name] for name in wanted} == wanted
    assert await desk.events() == [
        ComplaintReceived(
            case_id=UUID(str(case["id"])),
            case_no="610703001-2026-00001",
            channel="hotline_12345",
            leaf="SRV-01",
            estate_id=ESTATE,
            org=ORG,
            urgency="urgent",
            order_no="HZ20260302001",
            received_at=desk.clock.now,
        )
    ]


async def test_an_order_sent_again_as_another_message_is_the_same_case(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock), order_imported(desk.clock, content="同一工单重发"))

    await _only_case(desk)
    assert await desk.facts() == ["ComplaintReceived"]


async def test_an_order_of_a_category_that_is_none_of_ours_waits_for_a_person(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock, leaf="ZZZ-01"))

    assert (await _only_case(desk))["leaf"] == "OTH-01"


async def test_a_second_order_of_the_same_caller_follows_the_first(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock), order_imported(desk.clock, order_no="HZ20260302002"))

    lines = (await desk.shown("/complaints", Staff.town))["items"]
    assert [line["state"] for line in lines] == ["merged", "received"]
    assert lines[1]["repeat_count"] == 1


async def test_an_order_before_its_estate_is_linked_when_the_estate_arrives(
    bare_desk: Desk, hear: Hear
) -> None:
    desk = bare_desk
    await hear(order_imported(desk.clock))
    waiting = await _only_case(desk)
    assert (waiting["estate_id"], waiting["estate_code"], waiting["territory"], waiting["org"]) == (
        None,
        ESTATE_CODE,
        "610703001",
        None,
    )

    await hear(operator_assigned(), estate_registered())

    linked = await _only_case(desk)
    assert (linked["estate_id"], linked["estate_code"], linked["territory"], linked["org"]) == (
        ESTATE,
        ESTATE_CODE,
        COMMUNITY,
        ORG,
    )
    shown = await desk.shown("/complaints", Staff.company)
    assert [line["estate_name"] for line in shown["items"]] == ["汉山小区"]


async def test_the_estate_may_arrive_before_its_company(bare_desk: Desk, hear: Hear) -> None:
    await hear(order_imported(bare_desk.clock), estate_registered())
    assert (await _only_case(bare_desk))["org"] is None

    await hear(operator_assigned())

    assert (await _only_case(bare_desk))["org"] == ORG
    assert len((await bare_desk.shown("/complaints", Staff.company))["items"]) == 1


async def test_a_company_of_another_time_does_not_answer(bare_desk: Desk, hear: Hear) -> None:
    await hear(
        estate_registered(), operator_assigned(start=date(2026, 3, 3)), order_imported(bare_desk.clock)
    )

    assert (await _only_case(bare_desk))["org"] is None


async def test_the_company_that_left_before_does_not_answer(bare_desk: Desk, hear: Hear) -> None:
    former, present = operator_assigned(org=OTHER_ORG), operator_assigned(start=date(2026, 3, 1))
    left = OperatorVacated(
        estate_id=ESTATE,
        assignment_id=former.assignment_id,
        kind="company",
        org=OTHER_ORG,
        custodian=None,
        at=date(2026, 3, 1),
        reason="合同到期",
    )

    # The departure is heard of before the assignment.
    await hear(left, order_imported(bare_desk.clock), present, estate_registered(), former)

    assert (await _only_case(bare_desk))["org"] == ORG


async def test_a_company_put_right_later_answers_for_open_cases_alone(desk: Desk, hear: Hear) -> None:
    ended = await desk.resolved(person_phone="13900000001")
    still_open = await desk.handled(person_phone="13900000002")
    assert len((await desk.shown("/complaints", Staff.company))["items"]) == 2

    await hear(operator_assigned(org=OTHER_ORG, start=date(2026, 3, 1)))

    assert [(await desk.case(case_id))["org"] for case_id in (ended, still_open)] == [ORG, OTHER_ORG]
    lines = (await desk.shown("/complaints", Staff.other_company))["items"]
    assert [line["id"] for line in lines] == [still_open]
    assert [line["id"] for line in (await desk.shown("/complaints", Staff.company))["items"]] == [ended]


async def test_a_custodian_is_no_company(bare_desk: Desk, hear: Hear) -> None:
    custody = operator_assigned().model_copy(
        update={"org": None, "kind": "custody", "custodian": "610703001001:community"}
    )

    await hear(estate_registered(), custody, order_imported(bare_desk.clock))

    assert (await _only_case(bare_desk))["org"] is None


async def test_an_estate_is_known_by_its_newest_name(desk: Desk, hear: Hear) -> None:
    def renamed(name: str, version: int) -> EstateProfileUpdated:
        return EstateProfileUpdated(
            estate_id=ESTATE,
            version=version,
            changed=["estate_name"],
            estate_name=name,
            area_m2x100=1,
            households=1,
            buildings=1,
            three_no=False,
        )

    await hear(renamed("汉山花园", 3), renamed("汉山小区（旧）", 2), estate_registered())
    await hear(renamed("别处", 9).model_copy(update={"estate_id": new_id()}))

    stored = await desk.row("known_estates", "estate_id", ESTATE)
    assert (stored["estate_name"], stored["version"]) == ("汉山花园", 3)
