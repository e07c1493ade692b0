"""A circular from its draft to its end, by HTTP."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest
from supervision_samples import (
    API,
    ESTATE,
    EVERYTHING,
    ORG,
    OVERDUE_ITEM,
    TOWN_UNIT,
    Hear,
    estate_registered,
    item_assigned,
    item_overdue,
    nth,
)

from shared.contracts.supervision import CircularPublished
from shared.identity import Role
from shared.storage import Database
from shared.testing import SettableClock, as_role, recorded_events

CIRCULARS = f"{API}/circulars"
DESK = as_role(Role.SUPERVISOR)
# A district whose fact check takes the two working days of the rules; in the demo district it takes none.
NEIGHBOUR = as_role(Role.SUPERVISOR, "610702")
PROGRESS = {"kind": "progress", "period": "2026-03"}


def number(serial: int, *, year: int = 2026, word: str = "南督查通报") -> str:
    """Return a document number as the rules write it, the year in tortoise-shell brackets."""
    return f"{word}\u3014{year}\u3015{serial}号"


def problem_type(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("/api/problems/")


async def draft(
    client: httpx.AsyncClient, body: Mapping[str, str] = PROGRESS, headers: Mapping[str, str] = DESK
) -> dict[str, Any]:
    answer = await client.post(CIRCULARS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def take(
    client: httpx.AsyncClient, circular: Mapping[str, Any], *steps: str, headers: Mapping[str, str] = DESK
) -> dict[str, Any]:
    shown = dict(circular)
    for step in steps:
        answer = await client.post(f"{CIRCULARS}/{circular['id']}/{step}", headers=headers)
        assert answer.status_code == 200, answer.text
        shown = answer.json()
    return shown


async def published(client: httpx.AsyncClient, body: Mapping[str, str] = PROGRESS) -> dict[str, Any]:
    return await take(client, await draft(client, body), "fact-check", "signature", "publication")


@pytest.fixture
async def district(hear: Hear) -> None:
    """Have heard everything about one estate."""
    await hear(*EVERYTHING)


@pytest.mark.usefixtures("district")
async def test_a_draft_is_drawn_from_the_counts_and_shown_again(client: httpx.AsyncClient) -> None:
    drafted = await draft(client)

    shown = (await client.get(f"{CIRCULARS}/{drafted['id']}", headers=DESK)).json()

    assert shown == drafted
    assert (drafted["state"], drafted["number"], drafted["due_on"]) == ("drafted", None, "2026-04-08")
    assert drafted["named"] == [{"kind": "unit", "code": TOWN_UNIT}]
    [line] = drafted["lines"]
    assert (line["name"], line["figures"]["households"], line["figures"]["items_overdue"]) == (
        "汉山街道",
        130,
        1,
    )
    assert drafted["handling"]["allowed_actions"] == ["open_fact_check", "redraft"]


@pytest.mark.usefixtures("district")
async def test_publication_tells_the_other_services_whom_it_names(
    client: httpx.AsyncClient, database: Database
) -> None:
    circular = await published(client, {"kind": "criticism", "period": "2026-03"})

    assert (circular["state"], circular["number"]) == ("published", number(1))
    assert await recorded_events(database) == [
        CircularPublished.model_validate(
            {
                "circular_id": circular["id"],
                "number": circular["number"],
                "kind": "criticism",
                "period": "2026-03",
                "units": [TOWN_UNIT],
                "orgs": [ORG],
            }
        )
    ]


@pytest.mark.usefixtures("district")
async def test_who_did_what_is_kept_and_not_published(client: httpx.AsyncClient) -> None:
    circular = await published(client)
    await client.post(
        f"{CIRCULARS}/{circular['id']}/reply", json={"code": TOWN_UNIT, "reply": "已整改"}, headers=DESK
    )
    closed = await take(client, circular, "closure", headers=DESK | {"x-reason": "done"})

    public = (await client.get(f"{CIRCULARS}/{circular['id']}")).json()

    assert [(step["step"], step["person"]) for step in closed["handling"]["steps"]] == [
        (step, "person-R17") for step in ("draft", "open_fact_check", "sign", "publish", "reply", "close")
    ]
    assert closed["handling"]["steps"][-1]["reason"] == "done"
    assert public == closed | {"handling": None}
    assert "person-R17" not in str(public)


@pytest.mark.usefixtures("district")
async def test_a_criticism_names_units_and_companies_behind_their_term(client: httpx.AsyncClient) -> None:
    circular = await draft(client, {"kind": "criticism", "period": "2026-03"})

    assert [(line["code"], line["name"]) for line in circular["lines"]] == [
        (TOWN_UNIT, "汉山街道"),
        (ORG, "安居物业"),
    ]
    assert [found["item_id"] for found in circular["findings"]] == [str(OVERDUE_ITEM)]
    assert circular["due_on"] == "2026-03-09"


async def test_a_duty_that_is_merely_due_is_not_criticised(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(estate_registered(), item_assigned(), item_overdue("due"))

    answer = await client.post(CIRCULARS, json={"kind": "criticism", "period": "2026-03"}, headers=DESK)

    assert (answer.status_code, problem_type(answer)) == (409, "nothing-to-report")


async def test_a_duty_of_another_districts_unit_is_not_criticised(
    client: httpx.AsyncClient, hear: Hear
) -> None:
    await hear(estate_registered(), item_overdue(unit="610702001:town"), item_overdue(item_id=nth(6, 3)))

    circular = await draft(client, {"kind": "criticism", "period": "2026-03"})

    assert [found["item_id"] for found in circular["findings"]] == [str(nth(6, 3))]


async def test_a_department_is_criticised_by_its_name(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(estate_registered(), item_overdue(unit="610703:urban_management", estate_id=None))

    circular = await draft(client, {"kind": "criticism", "period": "2026-03"})

    assert circular["lines"][0]["name"] == "区城市管理局"


async def test_the_estate_file_shows_the_circulars_that_concern_it(
    client: httpx.AsyncClient, hear: Hear
) -> None:
    await hear(*EVERYTHING, estate_registered(nth(0, 2), code="610703002-0001-7", territory="610703002"))
    criticism = await published(client, {"kind": "criticism", "period": "2026-03"})
    await draft(client)
    officer = as_role(Role.TOWN_OFFICER, "610703001")

    page = (await client.get(f"{API}/estate-files/{ESTATE}", headers=officer)).json()
    other = (await client.get(f"{API}/estate-files/{nth(0, 2)}", headers=DESK)).json()

    assert [(one["id"], one["number"], one["findings"]) for one in page["circulars"]] == [
        (criticism["id"], criticism["number"], 1)
    ]
    assert other["circulars"] == []


async def test_named_units_have_two_working_days_to_check_the_facts(
    client: httpx.AsyncClient, clock: SettableClock, hear: Hear
) -> None:
    await hear(estate_registered(territory="610702001001", code="610702001-0001-0"))
    circular = await draft(client, headers=NEIGHBOUR)

    checked = await take(client, circular, "fact-check", headers=NEIGHBOUR)
    clock.advance(timedelta(days=2, hours=11))
    early = await client.post(f"{CIRCULARS}/{circular['id']}/signature", headers=NEIGHBOUR)
    clock.advance(timedelta(hours=1))
    signed = await take(client, circular, "signature", headers=NEIGHBOUR)

    # From Monday noon to the end of Wednesday in Shanghai.
    assert checked["handling"]["fact_check_until"] == "2026-03-04T16:00:00Z"
    assert (early.status_code, problem_type(early)) == (409, "fact-check-running")
    assert (signed["state"], signed["number"]) == ("signed", number(1, word="督查通报"))


@pytest.mark.usefixtures("district")
async def test_a_draft_can_be_drawn_anew_until_it_is_signed(client: httpx.AsyncClient, hear: Hear) -> None:
    circular = await take(client, await draft(client), "fact-check")
    await hear(estate_registered(nth(0, 2), code="610703002-0001-7", territory="610703002"))

    redrafted = await take(client, circular, "redraft")
    signed = await take(client, circular, "fact-check", "signature")
    late = await client.post(f"{CIRCULARS}/{circular['id']}/redraft", headers=DESK)

    assert redrafted["state"] == "drafted"
    assert [named["code"] for named in redrafted["named"]] == [TOWN_UNIT, "610703002:town"]
    assert (signed["lines"], signed["body"]) == (redrafted["lines"], redrafted["body"])
    assert (late.status_code, problem_type(late)) == (409, "step-not-allowed")


@pytest.mark.usefixtures("district")
async def test_what_changes_after_the_signature_does_not_change_the_circular(
    client: httpx.AsyncClient, hear: Hear
) -> None:
    circular = await published(client)
    await hear(estate_registered(nth(0, 2), code="610703002-0001-7", territory="610703002"))

    shown = (await client.get(f"{CIRCULARS}/{circular['id']}")).json()

    assert shown["lines"] == circular["lines"]
    assert shown["content_hash"] == circular["content_hash"]


@pytest.mark.usefixtures("district")
async def test_a_report_of_a_period_is_prepared_once_at_a_time_a_criticism_as_often_as_needed(
    client: httpx.AsyncClient,
) -> None:
    first = await draft(client)
    await draft(client, {"kind": "criticism", "period": "2026-03"})

    again = await client.post(CIRCULARS, json=PROGRESS, headers=DESK)
    await draft(client, {"kind": "criticism", "period": "2026-03"})

    assert (again.status_code, problem_type(again)) == (409, "circular-in-preparation")
    listed = (await client.get(CIRCULARS, headers=DESK)).json()["items"]
    assert [one["kind"] for one in listed] == ["criticism", "criticism", "progress"]
    await take(client, first, "fact-check", "signature", "publication")
    assert (await draft(client))["id"] != first["id"]


@pytest.mark.usefixtures("district")
async def test_numbers_of_a_year_have_no_gap_and_no_double(
    client: httpx.AsyncClient, clock: SettableClock
) -> None:
    kinds = [
        PROGRESS,
        {"kind": "ranking", "period": "2026-Q1"},
        {"kind": "result", "period": "2025"},
        {"kind": "criticism", "period": "2026-03"},
    ]
    drafts = [await take(client, await draft(client, body), "fact-check") for body in kinds]

    signed = await asyncio.gather(*(take(client, one, "signature") for one in drafts))
    clock.advance(timedelta(days=365))
    next_year = await published(client, {"kind": "progress", "period": "2027-02"})

    assert sorted(one["number"] for one in signed) == [number(serial) for serial in range(1, 5)]
    assert next_year["number"] == number(1, year=2027)


@pytest.mark.parametrize(
    ("body", "due_on"),
    [
        ({"kind": "ranking", "period": "2026-Q1"}, "2026-04-15"),
        ({"kind": "result", "period": "2025"}, "2026-02-28"),
        (PROGRESS, "2026-04-08"),
    ],
)
@pytest.mark.usefixtures("district")
async def test_each_kind_is_due_by_its_rule(
    client: httpx.AsyncClient, body: dict[str, str], due_on: str
) -> None:
    assert (await draft(client, body))["due_on"] == due_on


@pytest.mark.usefixtures("district")
async def test_a_draft_is_seen_by_its_desk_and_by_whom_it_names_once_in_fact_check(
    client: httpx.AsyncClient,
) -> None:
    circular = await draft(client)
    address = f"{CIRCULARS}/{circular['id']}"
    named = as_role(Role.TOWN_OFFICER, "610703001", unit=TOWN_UNIT)
    other = as_role(Role.TOWN_OFFICER, "610703002", unit="610703002:town")

    before = (await client.get(address, headers=named)).status_code
    await take(client, circular, "fact-check")
    shown = (await client.get(address, headers=named)).json()

    assert before == 404
    assert (shown["state"], shown["handling"]) == ("fact_check", None)
    for headers in ({}, other, NEIGHBOUR, as_role(Role.DISTRICT_LEADER)):
        assert (await client.get(address, headers=headers)).status_code == 404
        assert (await client.get(CIRCULARS, headers=headers)).json()["items"] == []
    assert len((await client.get(CIRCULARS, headers=named)).json()["items"]) == 1


@pytest.mark.usefixtures("district")
async def test_the_list_is_narrowed_and_paged_newest_first(client: httpx.AsyncClient) -> None:
    first = await published(client)
    second = await draft(client, {"kind": "criticism", "period": "2026-03"})

    page = (await client.get(CIRCULARS, params={"limit": "1"}, headers=DESK)).json()
    rest = (
        await client.get(CIRCULARS, params={"limit": "1", "cursor": page["next_cursor"]}, headers=DESK)
    ).json()
    progress = (await client.get(CIRCULARS, params={"kind": "progress"}, headers=DESK)).json()
    drafts = (await client.get(CIRCULARS, params={"state": "drafted"}, headers=DESK)).json()
    public = (await client.get(CIRCULARS)).json()

    assert [one["id"] for one in (*page["items"], *rest["items"])] == [second["id"], first["id"]]
    assert rest["next_cursor"] is None
    assert [one["id"] for one in progress["items"]] == [first["id"]]
    assert [one["id"] for one in drafts["items"]] == [second["id"]]
    assert [one["id"] for one in public["items"]] == [first["id"]]


@pytest.mark.usefixtures("district")
async def test_a_reply_is_kept_with_persons_masked(client: httpx.AsyncClient) -> None:
    circular = await published(client)
    address = f"{CIRCULARS}/{circular['id']}/reply"

    answer = await client.post(
        address, json={"code": TOWN_UNIT, "reply": "联系人电话13800138000"}, headers=DESK
    )
    stranger = await client.post(address, json={"code": ORG, "reply": "无"}, headers=DESK)

    [reply] = answer.json()["handling"]["replies"]
    assert reply["code"] == TOWN_UNIT
    assert "13800138000" not in answer.text
    assert (stranger.status_code, problem_type(stranger)) == (409, "unit-not-named")


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (PROGRESS | {"period": "2026-3"}, DESK, 422, "invalid-input"),
        (PROGRESS | {"kind": "ranking"}, DESK, 422, "invalid-input"),
        (PROGRESS | {"period": "2026-04"}, DESK, 409, "period-ahead"),
        (PROGRESS | {"territory": "610702"}, DESK, 403, "outside-territory"),
        (PROGRESS | {"territory": "610703001"}, DESK, 403, "district-not-named"),
        (PROGRESS, as_role(Role.SUPERVISOR, "6107"), 403, "district-not-named"),
        (PROGRESS, as_role(Role.AUTHORITY_OFFICER), 403, "permission-missing"),
        (PROGRESS, {}, 401, "token-missing"),
        (PROGRESS, DESK, 409, "nothing-to-report"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient, body: dict[str, str], headers: dict[str, str], status: int, kind: str
) -> None:
    answer = await client.post(CIRCULARS, json=body, headers=headers)

    assert (answer.status_code, problem_type(answer)) == (status, kind)
    assert (await client.get(CIRCULARS, headers=DESK)).json()["items"] == []


@pytest.mark.usefixtures("district")
async def test_a_circular_is_moved_on_only_within_its_district_and_from_what_was_seen(
    client: httpx.AsyncClient, database: Database
) -> None:
    circular = await draft(client)
    address = f"{CIRCULARS}/{circular['id']}/fact-check"

    strange = await client.post(address, headers=NEIGHBOUR)
    stale = await client.post(address, headers=DESK | {"if-match": '"9"'})
    early = await client.post(f"{CIRCULARS}/{circular['id']}/publication", headers=DESK)

    assert (strange.status_code, problem_type(strange)) == (404, "circular-not-found")
    assert (stale.status_code, problem_type(stale)) == (412, "precondition-failed")
    assert (early.status_code, problem_type(early)) == (409, "step-not-allowed")
    assert (await client.get(f"{CIRCULARS}/{circular['id']}", headers=DESK)).json() == circular
    assert await recorded_events(database) == []
