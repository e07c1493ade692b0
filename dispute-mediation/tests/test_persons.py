"""How well whoever complained is hidden: from the course of a case, and from those who do not handle it."""

import pytest
from mediation_desk import COMMUNITY, TOWN_UNIT, Desk, Headers, Staff

from shared.identity import Role
from shared.testing import as_role

MEMBER = as_role(Role.COMMITTEE_MEMBER, COMMUNITY, person="lin", unit=f"{COMMUNITY}:owners_committee")
REASON = {"x-reason": "call back"}


async def _named(desk: Desk, case_id: str, by: Headers) -> list[str | None]:
    return [entry["person"] for entry in await desk.shown(f"/complaints/{case_id}/course", by)]


@pytest.mark.parametrize("filer", [Staff.owner, MEMBER])
@pytest.mark.parametrize("want_secret", [True, False])
async def test_the_course_never_names_the_one_who_filed(
    desk: Desk, filer: Headers, *, want_secret: bool
) -> None:
    case_id = (await desk.file(filer, channel="mobile_app", want_secret=want_secret))["id"]
    await desk.done(f"/complaints/{case_id}/acceptance", Staff.town, leaf="SRV-01")

    assert await _named(desk, case_id, Staff.town) == [None, "zhao"]
    assert await _named(desk, case_id, Staff.company) == [None, None]


async def test_the_course_does_not_name_staff_who_filed_for_somebody(desk: Desk) -> None:
    case_id = await desk.accepted()

    assert await _named(desk, case_id, Staff.town) == [None, "zhao"]


async def test_numbers_in_the_reasons_of_the_course_are_masked(desk: Desk) -> None:
    case_id = (await desk.file())["id"]
    reason = {"x-reason": "call 13812341234"}
    await desk.done(f"/complaints/{case_id}/acceptance", {**Staff.town, **reason}, leaf="SRV-01")

    course = await desk.shown(f"/complaints/{case_id}/course", Staff.town)

    assert course[-1]["note"] == "call 138****1234"


@pytest.mark.parametrize(
    ("by", "status"),
    [
        (as_role(Role.TOWN_OFFICER, "610703001", person="mei"), 200),
        (as_role(Role.TOWN_OFFICER, "610703001", person="xu", unit=TOWN_UNIT), 200),
        (as_role(Role.DEPARTMENT_HANDLER, person="he", unit="610703:police"), 200),
        (as_role(Role.TOWN_OFFICER, "610703001", person="xu"), 403),
        (Staff.community, 403),
        (Staff.hotline, 403),
    ],
)
async def test_a_person_is_clear_to_those_alone_who_handle_the_case(
    desk: Desk, by: Headers, status: int
) -> None:
    case_id = await desk.accepted()
    hands = {"assist_units": ["610703:police"], "handler": "mei"}
    await desk.done(f"/complaints/{case_id}/assignment", Staff.town, **hands)

    response = await desk.see(f"/complaints/{case_id}/person", {**by, **REASON})

    assert response.status_code == status
    assert (await desk.row("clear_views", "subject", case_id) == {}) is (status == 403)
    if status == 403:
        assert response.json()["type"] == "urn:gongzhi:problem:person-not-yours"


async def test_a_committee_sees_a_case_it_has_a_part_in_alone(desk: Desk) -> None:
    theirs = (await desk.file(MEMBER, channel="mobile_app"))["id"]
    other = (await desk.file(person_phone="13900000002"))["id"]

    statuses = [(await desk.see(f"/complaints/{one}", MEMBER)).status_code for one in (theirs, other)]

    assert statuses == [200, 404]
