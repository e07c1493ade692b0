"""A grievance comes in."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from mediation_desk import COMMUNITY, ESTATE, ESTATE_CODE, ORG, URL, Desk, Json, Staff

from shared.contracts.dispute_mediation import ComplaintReceived


async def test_filing_keeps_the_case_and_tells_it(desk: Desk) -> None:
    case = await desk.file()

    stored = await desk.case(case["id"])
    assert {
        name: stored[name]
        for name in (
            "case_no",
            "state",
            "territory",
            "estate_id",
            "org",
            "filed_by",
            "version",
            "received_at",
        )
    } == {
        "case_no": "610703001-2026-00001",
        "state": "received",
        "territory": COMMUNITY,
        "estate_id": ESTATE,
        "org": ORG,
        "filed_by": "sun",
        "version": 1,
        "received_at": desk.clock.now,
    }
    assert case["allowed_actions"] == ["accept", "reject", "merge"]
    assert case["dispatch_due_at"] == "2026-03-03T16:00:00Z"
    assert await desk.events() == [
        ComplaintReceived(
            case_id=UUID(case["id"]),
            case_no="610703001-2026-00001",
            channel="community_window",
            leaf="SRV-01",
            estate_id=stored["estate_id"],
            org=stored["org"],
            urgency="normal",
            order_no=None,
            received_at=desk.clock.now,
        )
    ]


async def test_the_person_is_sealed_and_never_in_the_clear(desk: Desk) -> None:
    case = await desk.file()

    sealed = await desk.row("case_persons", "case_id", UUID(case["id"]))
    journal = str(await desk.rows())
    assert sealed["name"].startswith("aes256gcm.")
    assert "王小明" not in str(sealed)
    assert "1381234" not in str(sealed) + journal
    assert (await desk.case(case["id"]))["mark"] is not None


async def test_case_numbers_run_per_town_without_gaps(desk: Desk) -> None:
    numbers = [(await desk.file(person_phone=f"1381234000{place}"))["case_no"] for place in range(3)]

    assert numbers == [f"610703001-2026-0000{place}" for place in (1, 2, 3)]


async def test_a_refused_filing_uses_up_no_number(desk: Desk) -> None:
    await desk.refused("/complaints", Staff.community, **_complaint(leaf="XXX-99"))

    assert (await desk.file())["case_no"] == "610703001-2026-00001"


def _complaint(**changed: object) -> Json:
    body = {
        "channel": "mobile_app",
        "leaf": "SRV-01",
        "text": "垃圾没人清运",
        "territory": COMMUNITY,
        "person_phone": "13812341234",
        **changed,
    }
    return {name: value for name, value in body.items() if value is not None}


async def test_a_leaf_that_is_none_is_refused(desk: Desk) -> None:
    assert await desk.refused("/complaints", Staff.community, **_complaint(leaf="XXX-99")) == (
        404,
        "leaf-unknown",
    )


async def test_a_matter_without_a_place_is_refused(desk: Desk) -> None:
    assert await desk.refused("/complaints", Staff.community, **_complaint(territory=None)) == (
        409,
        "place-missing",
    )


async def test_a_matter_of_a_whole_city_is_refused(desk: Desk) -> None:
    assert await desk.refused("/complaints", Staff.authority, **_complaint(territory="6107")) == (
        409,
        "place-too-wide",
    )


async def test_a_matter_of_another_town_is_refused(desk: Desk) -> None:
    refusal = await desk.refused("/complaints", Staff.elsewhere, **_complaint())

    assert refusal == (403, "outside-territory")


async def test_a_matter_of_tomorrow_is_refused(desk: Desk) -> None:
    tomorrow = (desk.clock.now + timedelta(days=1)).isoformat()

    refusal = await desk.refused("/complaints", Staff.community, **_complaint(received_at=tomorrow))

    assert refusal == (409, "received-in-future")


async def test_an_anonymous_matter_names_nobody_and_another_somebody(desk: Desk) -> None:
    for wrong in (_complaint(anonymous=True), _complaint(person_phone=None)):
        assert await desk.refused("/complaints", Staff.community, **wrong) == (422, "invalid-input")

    case = await desk.file(person_name=None, person_phone=None, anonymous=True)
    assert await desk.row("case_persons", "case_id", UUID(case["id"])) == {}


async def test_an_estate_not_heard_of_keeps_its_code_and_its_town(bare_desk: Desk) -> None:
    case = await bare_desk.file(Staff.town, estate_id=None, estate_code=ESTATE_CODE, territory=None)

    assert (case["estate_id"], case["estate_code"], case["territory"], case["org"]) == (
        None,
        ESTATE_CODE,
        "610703001",
        None,
    )


async def test_the_same_key_files_a_complaint_once(desk: Desk) -> None:
    headers = {**Staff.community, "idempotency-key": "one"}

    first = await desk.client.post(f"{URL}/complaints", headers=headers, json=_complaint())
    second = await desk.client.post(f"{URL}/complaints", headers=headers, json=_complaint())

    assert (first.status_code, second.json()) == (201, first.json())
    assert await desk.facts() == ["ComplaintReceived"]


async def test_the_company_of_the_day_it_came_in_answers_for_it(desk: Desk) -> None:
    earlier = datetime(2026, 1, 9, 4, 0, tzinfo=UTC)

    before = await desk.file(received_at=earlier.isoformat())
    after = await desk.file(received_at=(earlier + timedelta(days=1)).isoformat(), person_phone="13900000000")

    assert (before["org"], after["org"]) == (None, ORG)


async def test_the_same_person_about_the_same_thing_follows_the_open_case(desk: Desk) -> None:
    master = await desk.file()
    await desk.done(f"/complaints/{master['id']}/acceptance", Staff.town, leaf="SRV-01")

    repeat = await desk.file(person_phone="+86 13812341234", text="还是没人清运")

    assert (repeat["state"], repeat["master_id"], repeat["allowed_actions"]) == ("merged", master["id"], [])
    assert (await desk.case(master["id"]))["repeat_count"] == 1
    assert (await desk.facts())[-2:] == ["ComplaintReceived", "ComplaintMergedAsRepeat"]
    tasks = await desk.row("due_tasks", "key", repeat["id"])
    assert tasks == {}


async def test_a_rule_attaches_the_repeat_of_a_person_who_cannot_see_the_master(desk: Desk) -> None:
    master = await desk.file()

    repeat = await desk.file(Staff.owner, channel="mobile_app")

    assert (repeat["state"], repeat["master_id"]) == ("merged", master["id"])


async def test_a_repeat_after_the_window_is_a_case_of_its_own(desk: Desk) -> None:
    await desk.file()
    desk.clock.advance(timedelta(days=31))

    assert (await desk.file())["state"] == "received"


async def test_another_leaf_person_or_a_danger_is_a_case_of_its_own(desk: Desk) -> None:
    await desk.file()
    await desk.file(leaf="FAC-01")

    others = [
        await desk.file(leaf="SRV-02"),
        await desk.file(person_phone="13999999999"),
        await desk.file(leaf="FAC-01"),
    ]

    assert [case["state"] for case in others] == ["received"] * 3


async def test_alike_words_and_alike_persons_are_proposed(desk: Desk) -> None:
    text = "三号楼二单元的生活垃圾已经四天没有人清运，夏天气味很大，请尽快安排保洁人员处理。"
    one = await desk.file(text=text, person_phone="13900000001")
    danger = await desk.file(leaf="FAC-01", text="电梯困人", person_phone="13900000002")
    two = await desk.file(text=text.replace("四天", "五天"), person_phone="13900000003")
    again = await desk.file(leaf="FAC-01", text="又困人了，快来", person_phone="13900000002")

    by_words = await desk.shown(f"/complaints/{two['id']}/repeat-candidates", Staff.town)
    by_person = await desk.shown(f"/complaints/{again['id']}/repeat-candidates", Staff.town)

    assert [(each["case_id"], each["same_person"]) for each in by_words] == [(one["id"], False)]
    assert by_words[0]["likeness_percent"] >= 85
    assert [(each["case_id"], each["same_person"], each["same_leaf"]) for each in by_person] == [
        (danger["id"], True, True)
    ]


async def test_an_officer_merges_what_was_proposed(desk: Desk) -> None:
    master = await desk.file(person_phone="13900000001")
    case = await desk.file(person_phone="13900000002")

    merged = await desk.done(f"/complaints/{case['id']}/merge", Staff.town, master_id=master["id"])

    assert (merged["state"], merged["master_id"]) == ("merged", master["id"])
    third = await desk.file(person_phone="13900000003")
    assert await desk.refused(f"/complaints/{third['id']}/merge", Staff.town, master_id=case["id"]) == (
        409,
        "master-unfit",
    )


async def test_a_case_of_an_unknown_estate_repeats_nothing_yet(bare_desk: Desk) -> None:
    case = await bare_desk.file(territory=COMMUNITY)
    again = await bare_desk.file(territory=COMMUNITY)

    assert again["state"] == "received"
    assert await bare_desk.shown(f"/complaints/{case['id']}/repeat-candidates", Staff.town) == []
