"""Who sees which cases, and how much of the person."""

from uuid import UUID

import pytest
from mediation_desk import COMMUNITY, ESTATE, Desk, Headers, Hear, Staff, order_imported

from shared.identity import Role
from shared.testing import as_role


async def test_the_list_is_filtered_and_the_newest_comes_first(desk: Desk) -> None:
    dirt = (await desk.file(person_phone="13900000001"))["id"]
    lift = await desk.accepted(leaf="FAC-01", person_phone="13900000002")
    guard = await desk.accepted(leaf="SRV-02", person_phone="13900000003")

    async def found(**query: str) -> list[str]:
        return [line["id"] for line in (await desk.shown("/complaints", Staff.authority, **query))["items"]]

    assert await found() == [guard, lift, dirt]
    assert await found(state="accepted") == [guard, lift]
    assert await found(leaf="FAC-01") == [lift]
    assert await found(territory="610703001") == [guard, lift, dirt]
    assert await found(territory="610703102") == []
    assert await found(estate_id=str(ESTATE), state="received") == [dirt]
    assert await found(host_unit="610703:market_supervision") == [lift]
    assert await found(channel="mobile_app") == []


async def test_a_list_is_read_page_by_page_and_nothing_is_lost(desk: Desk) -> None:
    made = [(await desk.file(person_phone=f"139{place:08d}"))["id"] for place in range(7)]
    seen: list[str] = []
    cursor = ""

    while True:
        query = {"cursor": cursor} if cursor else {}
        page = await desk.shown("/complaints", Staff.town, limit=3, state="received", **query)
        seen += [line["id"] for line in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break

    assert seen == list(reversed(made))


async def test_a_cursor_serves_its_own_filter_alone(desk: Desk) -> None:
    for place in range(2):
        await desk.file(person_phone=f"139{place:08d}")
    page = await desk.shown("/complaints", Staff.town, limit=1)

    response = await desk.see("/complaints", Staff.town, limit=1, state="closed", cursor=page["next_cursor"])

    assert (response.status_code, response.json()["type"]) == (400, "/api/problems/cursor-invalid")


async def test_each_sees_the_territory_or_the_cases_they_have_a_part_in(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="SAF-01")
    mediator = as_role(Role.MEDIATOR, "610703", person="mei")

    async def sees(by: Headers) -> bool:
        return case_id in [line["id"] for line in (await desk.shown("/complaints", by))["items"]]

    before = [await sees(by) for by in (Staff.town, Staff.fire, Staff.police, mediator)]
    await desk.done(
        f"/complaints/{case_id}/assignment", Staff.town, assist_units=["610703:police"], handler="mei"
    )
    after = [await sees(by) for by in (Staff.town, Staff.fire, Staff.police, mediator)]

    assert before == [True, True, False, False]
    assert after == [True, True, True, True]
    assert [await sees(by) for by in (Staff.company, Staff.other_company, Staff.elsewhere)] == [
        True,
        False,
        False,
    ]


async def test_an_owner_sees_only_the_cases_they_filed(desk: Desk) -> None:
    mine = (await desk.file(Staff.owner, channel="mobile_app"))["id"]
    await desk.file(person_phone="13900000002")

    assert [line["id"] for line in (await desk.shown("/my-complaints", Staff.owner))["items"]] == [mine]
    assert (await desk.shown("/my-complaints", Staff.owner, state="closed"))["items"] == []
    assert (await desk.shown("/my-complaints", Staff.neighbour))["items"] == []
    assert (await desk.see("/complaints", Staff.owner)).status_code == 403
    whole = await desk.shown(f"/my-complaints/{mine}", Staff.owner)
    assert whole["person"] == {"name": "王*", "phone": "138****1234"}
    assert (await desk.see(f"/my-complaints/{mine}", Staff.neighbour)).status_code == 404
    assert (await desk.see(f"/my-complaints/{mine}", Staff.town)).status_code == 404
    assert (await desk.see(f"/my-complaints/{mine}/course", Staff.neighbour)).status_code == 404


async def test_to_an_owner_staff_are_named_by_their_unit(desk: Desk) -> None:
    mine = (await desk.file(Staff.owner, channel="mobile_app"))["id"]
    await desk.done(f"/complaints/{mine}/acceptance", Staff.town, leaf="SRV-01")

    course = await desk.shown(f"/my-complaints/{mine}/course", Staff.owner)

    assert [(entry["what"], entry["person"], entry["unit"]) for entry in course] == [
        ("ComplaintReceived", None, None),
        ("ComplaintAccepted", None, "610703001:town"),
    ]


async def test_persons_and_numbers_are_masked(desk: Desk) -> None:
    case_id = await desk.resolved(building="3号楼2单元501")

    whole = await desk.shown(f"/complaints/{case_id}", Staff.town)

    assert whole["person"] == {"name": "王*", "phone": "138****1234"}
    assert whole["text"] == "垃圾四天没人清运，请联系我 138****1234。"
    assert whole["building"] == "3号楼****"
    assert whole["resolutions"][0]["reply"] == "已督促物业企业当日清运，来电人 138****1234 已知悉。"
    assert "13812341234" not in str(whole)


async def test_a_role_without_sight_of_persons_is_shown_none(desk: Desk) -> None:
    case = await desk.file()

    assert (await desk.shown(f"/complaints/{case['id']}", Staff.supervisor))["person"] is None


async def test_whoever_asked_for_secrecy_is_hidden_from_the_company(desk: Desk) -> None:
    case = await desk.file(want_secret=True)
    path = f"/complaints/{case['id']}"

    assert (await desk.shown(path, Staff.company))["person"] is None
    assert (await desk.shown(path, Staff.town))["person"] == {"name": "王*", "phone": "138****1234"}


async def test_a_clear_view_needs_a_reason_and_is_on_record(desk: Desk) -> None:
    case_id = await desk.handled()
    path = f"/complaints/{case_id}/person"

    without = await desk.see(path, Staff.town)
    assert (without.status_code, without.json()["type"]) == (403, "/api/problems/no-reason")
    assert await desk.row("clear_views", "subject", case_id) == {}
    clear = await desk.shown(path, {**Staff.town, "x-reason": "call back"})

    assert clear == {
        "case_id": case_id,
        "name": "王小明",
        "phone": "138 1234 1234",
        "text": "垃圾四天没人清运，请联系我 13812341234。",
    }
    logged = await desk.row("clear_views", "subject", case_id)
    assert {name: logged[name] for name in ("person", "role", "field", "reason", "at")} == {
        "person": "zhao",
        "role": "R09",
        "field": "person",
        "reason": "call back",
        "at": desk.clock.now,
    }


@pytest.mark.parametrize("by", [Staff.company, Staff.supervisor, Staff.owner, Staff.authority])
async def test_most_roles_never_see_a_person_in_the_clear(desk: Desk, by: Headers) -> None:
    case = await desk.file()

    response = await desk.see(f"/complaints/{case['id']}/person", {**by, "x-reason": "curious"})

    assert (response.status_code, response.json()["type"]) == (403, "/api/problems/permission-missing")


async def test_a_secret_person_is_not_shown_to_a_department(desk: Desk) -> None:
    case_id = await desk.accepted(leaf="SAF-01", want_secret=True)

    response = await desk.see(f"/complaints/{case_id}/person", {**Staff.fire, "x-reason": "inspection"})

    assert (response.status_code, response.json()["type"]) == (403, "/api/problems/person-kept-secret")
    assert await desk.row("clear_views", "subject", case_id) == {}


async def test_of_a_hotline_order_no_person_is_known_here(desk: Desk, hear: Hear) -> None:
    await hear(order_imported(desk.clock))
    case = (await desk.shown("/complaints", Staff.town))["items"][0]

    response = await desk.see(f"/complaints/{case['id']}/person", {**Staff.hotline, "x-reason": "call back"})

    assert (response.status_code, response.json()["type"]) == (404, "/api/problems/person-unknown")


async def test_the_course_tells_everything_from_filing_to_verification(desk: Desk) -> None:
    case_id = await desk.handled()
    meeting_id = await desk.held(case_id)
    item = await desk.done("/items", Staff.town, **desk.duty(meeting_id=meeting_id, case_id=case_id))
    for step, by in (("acceptance", Staff.fire), ("start", Staff.fire)):
        await desk.done(f"/items/{item['id']}/{step}", by)
    await desk.done(f"/items/{item['id']}/claim", Staff.fire, text="已清理")
    await desk.done(f"/items/{item['id']}/verification", Staff.town_colleague, passed=True)

    course = await desk.shown(f"/complaints/{case_id}/course", Staff.town)

    assert {entry["what"] for entry in course} == {
        "ComplaintReceived",
        "ComplaintAccepted",
        "assigned",
        "signed",
        "JointMeetingConvened",
        "ResolutionItemAssigned",
        "ResolutionItemVerified",
    }
    verified = next(entry for entry in course if entry["what"] == "ResolutionItemVerified")
    assert (verified["person"], verified["role"], verified["facts"]["item_id"]) == ("qian", "R09", item["id"])


async def test_one_case_answers_with_its_version_and_what_can_be_done(desk: Desk) -> None:
    case_id = await desk.accepted()

    response = await desk.see(f"/complaints/{case_id}", Staff.town)

    assert response.headers["etag"].startswith('"2.')
    assert response.json()["allowed_actions"] == ["assign", "merge"]
    unchanged = await desk.see(
        f"/complaints/{case_id}", {**Staff.town, "if-none-match": response.headers["etag"]}
    )
    assert unchanged.status_code == 304


async def test_the_leaves_are_there_for_whoever_fills_in_a_form(desk: Desk) -> None:
    leaves = await desk.shown("/leaves", Staff.owner)

    assert len(leaves) == 44
    gas = next(leaf for leaf in leaves if leaf["code"] == "FAC-05")
    assert (gas["lead"], gas["limit"], gas["limit_unit"], gas["first_limit"], gas["first_unit"]) == (
        "gas",
        1,
        "wd",
        1,
        "hour",
    )
    assert (await desk.see("/leaves", {})).status_code == 401


async def test_a_person_is_stored_apart_from_the_case(desk: Desk) -> None:
    case = await desk.file()

    stored = await desk.case(case["id"])

    assert "王小明" not in str(stored)
    assert (await desk.row("case_persons", "case_id", UUID(case["id"])))["phone"].count(".") == 2
    assert stored["territory"] == COMMUNITY
