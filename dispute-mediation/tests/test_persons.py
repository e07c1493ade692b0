"""How well whoever complained is hidden: from the course of a case, and from those who do not handle it."""

import base64
from uuid import UUID

import pytest
from mediation_desk import COMMUNITY, TOWN_UNIT, Desk, Headers, Staff

from dispute_mediation.main import SERVICE
from shared.identity import Role
from shared.privacy import Algorithm, reseal
from shared.testing import UseSealKeys, as_role

MEMBER = as_role(Role.COMMITTEE_MEMBER, COMMUNITY, person="lin", unit=f"{COMMUNITY}:owners_committee")
OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
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
        assert response.json()["type"] == "/api/problems/person-not-yours"


async def test_a_committee_sees_a_case_it_has_a_part_in_alone(desk: Desk) -> None:
    theirs = (await desk.file(MEMBER, channel="mobile_app"))["id"]
    other = (await desk.file(person_phone="13900000002"))["id"]

    statuses = [(await desk.see(f"/complaints/{one}", MEMBER)).status_code for one in (theirs, other)]

    assert statuses == [200, 404]


async def test_after_a_change_of_keys_persons_are_sealed_anew_and_the_old_key_can_go(
    desk: Desk, use_seal_keys: UseSealKeys
) -> None:
    use_seal_keys(f"old:{OLD}")
    named = (await desk.file())["id"]
    nameless = (await desk.file(person_name=None, person_phone="13900000002"))["id"]
    use_seal_keys(f"new:{NEW},old:{OLD}", Algorithm.SM4_GCM)

    done = [await reseal(desk.database, columns=SERVICE.sealed, clock=desk.clock) for _ in range(2)]
    use_seal_keys(f"new:{NEW}")

    assert done == [3, 0]
    assert (await desk.row("case_persons", "case_id", UUID(named)))["phone"].startswith("sm4gcm.new.")
    assert (await desk.shown(f"/complaints/{named}", Staff.town))["person"] == {
        "name": "王*",
        "phone": "138****1234",
    }
    assert (await desk.shown(f"/complaints/{nameless}", Staff.town))["person"]["name"] is None


async def test_more_persons_than_one_batch_are_sealed_anew(
    desk: Desk, use_seal_keys: UseSealKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_seal_keys(f"old:{OLD}")
    for place in range(5):
        await desk.file(person_name=None, person_phone=f"139{place:08d}")
    use_seal_keys(f"new:{NEW},old:{OLD}")
    monkeypatch.setattr("shared.privacy.sealed_columns.RESEAL_BATCH", 2)

    assert await reseal(desk.database, columns=SERVICE.sealed, clock=desk.clock) == 5
