"""Items through HTTP: four eyes, repeats, one fact once, reversal; and what the database itself refuses."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from credit_samples import API, ORG, Record, Standing

from credit_rating.items.domain import CreditItem, Effect, Status
from credit_rating.items.storage import GET, item_of
from credit_rating.main import SERVICE
from shared.contracts.credit_rating import CreditItemRecorded, CreditItemRevoked
from shared.identity import Role
from shared.kernel import Actor
from shared.storage import Database, Occasion
from shared.testing import ServiceDatabase, SettableClock, as_role, recorded_events, run_due_tasks

TYPE = "/api/problems/"


async def stored(database: Database, item_id: str) -> CreditItem:
    async with database.read(Occasion(actor=Actor.system("test"), now=SettableClock().now)) as work:
        row = await work.fetch_one(GET, id=UUID(item_id))
        assert row is not None
        return item_of(row)


async def entries(service_database: ServiceDatabase, item_id: str) -> list[tuple[str, int]]:
    async with service_database.database.pool.acquire() as connection:
        rows = await connection.fetch(
            "SELECT kind, points_tenths FROM point_entries WHERE item_id = $1 ORDER BY id", UUID(item_id)
        )
    return [(row["kind"], row["points_tenths"]) for row in rows]


async def item_events(database: Database) -> list[CreditItemRecorded | CreditItemRevoked]:
    events = await recorded_events(database)
    return [event for event in events if isinstance(event, CreditItemRecorded | CreditItemRevoked)]


async def refused(response: httpx.Response, status: int, slug: str) -> None:
    assert (response.status_code, response.json()["type"]) == (status, TYPE + slug)


async def test_a_recorded_item_waits_and_counts_nothing(
    database: Database, company: dict[str, Any], recorded: Record, standing: Standing
) -> None:
    item = await recorded("B01")

    assert (item["status"], item["counted_tenths"], item["valid_from"]) == ("recorded", None, None)
    assert item["allowed_actions"] == ["confirm", "revoke"]
    assert await standing() == (0, company["grade"], False)
    assert await item_events(database) == []


async def test_a_confirmed_item_counts_from_that_day(
    service_database: ServiceDatabase,
    database: Database,
    clock: SettableClock,
    recorded: Record,
    client: httpx.AsyncClient,
    leader: dict[str, str],
    standing: Standing,
) -> None:
    item = await recorded("D24", variant="larger", fact_key="accident:1", estate_id=str(UUID(int=5)))
    clock.advance(timedelta(days=1))

    response = await client.post(f"{API}/items/{item['id']}/confirmation", headers=leader)

    assert response.status_code == 200
    assert await stored(database, item["id"]) == CreditItem(
        id=UUID(item["id"]),
        org=ORG,
        territory="610703",
        scheme="NZ-DEFAULT-1",
        code="D24",
        variant="larger",
        kind="bad",
        severity="grave",
        points_tenths=300,
        fact_key="accident:1",
        estate_id=UUID(int=5),
        occurred_on=date(2026, 3, 2),
        evidence="现场检查记录",
        recorded_by="zhang",
        recorder_unit="authority",
        recorded_at=clock() - timedelta(days=1),
        effect=Effect(
            valid_from=date(2026, 3, 3),
            valid_to=date(2028, 3, 3),
            factor_tenths=10,
            counted_tenths=300,
            confirmed_by="li",
            confirmed_at=clock(),
        ),
        status=Status.EFFECTIVE,
        version=2,
    )
    assert await entries(service_database, item["id"]) == [("effect", 300)]
    [event] = await item_events(database)
    assert event == CreditItemRecorded(
        org=ORG,
        item_id=UUID(item["id"]),
        code="D24",
        kind="bad",
        points_tenths=300,
        estate_id=UUID(int=5),
        valid_from=date(2026, 3, 3),
        valid_to=date(2028, 3, 3),
    )
    assert (await standing())[0] == 0


async def test_the_recorder_may_not_confirm_even_in_another_role(
    client: httpx.AsyncClient, database: Database, recorded: Record
) -> None:
    item = await recorded("B01")
    same_person = as_role(Role.AUTHORITY_LEADER, person="zhang")

    response = await client.post(f"{API}/items/{item['id']}/confirmation", headers=same_person)

    await refused(response, 403, "recorder-may-not-confirm")
    assert (await stored(database, item["id"])).status is Status.RECORDED
    assert await item_events(database) == []


async def test_an_item_is_confirmed_once(
    client: httpx.AsyncClient, effective: Record, leader: dict[str, str]
) -> None:
    item = await effective("B01")

    again = await client.post(f"{API}/items/{item['id']}/confirmation", headers=leader)

    await refused(again, 409, "step-not-allowed")


async def test_two_confirmations_at_once_count_once(
    client: httpx.AsyncClient,
    database: Database,
    recorded: Record,
    leader: dict[str, str],
    standing: Standing,
) -> None:
    item = await recorded("B01")

    answers = await asyncio.gather(
        *(client.post(f"{API}/items/{item['id']}/confirmation", headers=leader) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert len(await item_events(database)) == 1
    assert (await standing())[0] == 80


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        ({"code": "Z99"}, 404, "item-not-in-scheme"),
        ({"code": "D24", "fact_key": "a"}, 404, "variant-not-in-item"),
        ({"code": "B01", "variant": "larger"}, 404, "variant-not-in-item"),
        ({"code": "D01"}, 409, "fact-needs-key"),
        ({"code": "D01", "fact_key": "a", "occurred_on": "2026-03-03"}, 409, "fact-in-the-future"),
        ({"code": "D01", "fact_key": "有 空格"}, 422, "invalid-input"),
    ],
)
async def test_an_item_that_cannot_be_is_refused_with_its_reason(
    client: httpx.AsyncClient,
    company: dict[str, Any],
    officer: dict[str, str],
    body: dict[str, str],
    status: int,
    slug: str,
) -> None:
    response = await client.post(
        f"{API}/companies/{company['org']}/items", json={"evidence": "记录", **body}, headers=officer
    )

    await refused(response, status, slug)


async def test_a_unit_records_only_what_is_its_own(
    client: httpx.AsyncClient, company: dict[str, Any]
) -> None:
    police = as_role(Role.AUTHORITY_OFFICER, unit="610703:police")
    body = {"evidence": "记录", "fact_key": "case:1"}

    own = await client.post(
        f"{API}/companies/{company['org']}/items", json={**body, "code": "D23"}, headers=police
    )
    other = await client.post(
        f"{API}/companies/{company['org']}/items", json={**body, "code": "D01"}, headers=police
    )

    assert (own.status_code, own.json()["recorder_unit"]) == (201, "police")
    await refused(other, 403, "unit-may-not-record")


@pytest.mark.usefixtures("rated")
async def test_the_second_time_within_a_year_weighs_half_as_much_again(
    effective: Record, clock: SettableClock
) -> None:
    first = await effective("D04", fact_key="case:1")
    clock.advance(timedelta(days=364))
    second = await effective("D04", fact_key="case:2")
    clock.advance(timedelta(days=1))
    third = await effective("D04", fact_key="case:3")

    counted = [(item["counted_tenths"], item["factor_tenths"]) for item in (first, second, third)]
    assert counted == [(100, 10), (150, 15), (150, 15)]


@pytest.mark.usefixtures("rated")
async def test_taking_back_the_first_corrects_the_second_by_reversal_and_new_entry(
    client: httpx.AsyncClient,
    service_database: ServiceDatabase,
    database: Database,
    effective: Record,
    leader: dict[str, str],
    officer: dict[str, str],
) -> None:
    first = await effective("D04", fact_key="case:1")
    second = await effective("D04", fact_key="case:2")

    response = await client.post(
        f"{API}/items/{first['id']}/revocation", json={"reason": "查无实据"}, headers=leader
    )

    assert (response.json()["status"], response.json()["revocation_reason"]) == ("revoked", "查无实据")
    page = (await client.get(f"{API}/companies/{ORG}/items", headers=officer)).json()
    anew, *_ = page["items"]
    assert (anew["corrects"], anew["counted_tenths"], anew["status"]) == (second["id"], 100, "effective")
    assert (anew["valid_from"], anew["valid_to"]) == (second["valid_from"], second["valid_to"])
    assert await entries(service_database, first["id"]) == [("effect", 100), ("reversal", -100)]
    assert await entries(service_database, second["id"]) == [("effect", 150), ("reversal", -150)]
    assert await entries(service_database, anew["id"]) == [("effect", 100)]
    told = [(type(event).__name__, str(event.item_id)) for event in await item_events(database)]
    assert told[2:] == [
        ("CreditItemRevoked", first["id"]),
        ("CreditItemRevoked", second["id"]),
        ("CreditItemRecorded", anew["id"]),
    ]


@pytest.mark.usefixtures("rated")
async def test_a_fact_counts_by_its_heaviest_item_only(
    client: httpx.AsyncClient,
    database: Database,
    effective: Record,
    officer: dict[str, str],
) -> None:
    lighter = await effective("D14", fact_key="case:1")
    heavier = await effective("D15", fact_key="case:1")

    body = {"code": "D13", "fact_key": "case:1", "evidence": "记录"}
    as_heavy = await client.post(f"{API}/companies/{ORG}/items", json=body, headers=officer)

    await refused(as_heavy, 409, "fact-punished-already")
    assert (await stored(database, lighter["id"])).status is Status.REVOKED
    assert (await stored(database, heavier["id"])).status is Status.EFFECTIVE
    file = (await client.get(f"{API}/companies/{ORG}/file", headers=officer)).json()
    assert file["score"]["bad_tenths"] == 40


async def test_an_item_taken_back_no_longer_counts_and_leaves_both_entries(
    client: httpx.AsyncClient,
    service_database: ServiceDatabase,
    effective: Record,
    leader: dict[str, str],
    standing: Standing,
) -> None:
    item = await effective("B01")
    assert (await standing())[0] == 80

    response = await client.post(
        f"{API}/items/{item['id']}/revocation", json={"reason": "误录"}, headers=leader
    )

    assert response.json()["allowed_actions"] == []
    assert (await standing())[0] == 0
    assert await entries(service_database, item["id"]) == [("effect", 80), ("reversal", -80)]
    again = await client.post(f"{API}/items/{item['id']}/revocation", json={"reason": "误录"}, headers=leader)
    await refused(again, 409, "step-not-allowed")


async def test_an_item_that_never_counted_is_closed_without_an_entry(
    client: httpx.AsyncClient,
    service_database: ServiceDatabase,
    recorded: Record,
    leader: dict[str, str],
) -> None:
    item = await recorded("B01")

    response = await client.post(
        f"{API}/items/{item['id']}/revocation", json={"reason": "误录"}, headers=leader
    )

    assert response.json()["status"] == "revoked"
    assert await entries(service_database, item["id"]) == []
    assert await item_events(service_database.database) == []


@pytest.mark.usefixtures("rated")
async def test_an_item_ends_on_its_day_and_the_score_with_it(
    database: Database, clock: SettableClock, effective: Record, standing: Standing
) -> None:
    for number in range(1, 13):
        await effective(f"B{number:02d}")
    bad = await effective("D01", fact_key="check:1")
    assert await standing() == (780, "A", True)

    clock.now = clock.now.replace(month=9, day=1, hour=15, minute=59)
    assert await run_due_tasks(SERVICE, database, clock) == 0
    clock.now = clock.now.replace(hour=16, minute=0)
    assert await run_due_tasks(SERVICE, database, clock) == 1

    assert (await stored(database, bad["id"])).status is Status.EXPIRED
    assert await standing() == (800, "AA", True)


async def test_items_are_shown_to_their_company_and_listed_page_by_page(
    client: httpx.AsyncClient, recorded: Record
) -> None:
    made = [(await recorded(f"B{number:02d}"))["id"] for number in range(1, 4)]
    office = as_role(Role.COMPANY_OFFICE, org=ORG)

    first = (await client.get(f"{API}/companies/{ORG}/items?limit=2", headers=office)).json()
    rest = await client.get(
        f"{API}/companies/{ORG}/items?limit=2&cursor={first['next_cursor']}", headers=office
    )
    one = await client.get(f"{API}/items/{made[0]}", headers=office)
    stranger = await client.get(f"{API}/items/{made[0]}", headers=as_role(Role.COMPANY_OFFICE, org="X"))

    assert [item["id"] for item in [*first["items"], *rest.json()["items"]]] == made[::-1]
    assert (one.status_code, one.headers["etag"].partition(".")[0]) == (200, '"1')
    await refused(stranger, 403, "not-your-company")


async def test_a_stale_view_is_not_confirmed(
    client: httpx.AsyncClient, recorded: Record, leader: dict[str, str]
) -> None:
    item = await recorded("B01")

    response = await client.post(
        f"{API}/items/{item['id']}/confirmation", headers={**leader, "if-match": '"7"'}
    )

    await refused(response, 412, "precondition-failed")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE credit_items SET points_tenths = 0",
        "UPDATE credit_items SET counted_tenths = 90",
        "UPDATE credit_items SET valid_to = '2099-01-01'",
        "UPDATE credit_items SET org = '91610703MA6YT3K7X1'",
        "UPDATE credit_items SET confirmed_by = recorded_by",
        "UPDATE credit_items SET status = 'forgotten'",
        "UPDATE credit_items SET status = 'revoked'",
        "DELETE FROM credit_items",
        "UPDATE point_entries SET points_tenths = 0",
        "DELETE FROM point_entries",
        "UPDATE schemes SET good_cap_tenths = 9999",
        "UPDATE scheme_values SET points_tenths = 0",
        "DELETE FROM scheme_cuts",
        "UPDATE entry_sheets SET result = 'pass'",
        "UPDATE companies SET org = 'X'",
        "UPDATE companies SET grade = 'AAAA'",
        "UPDATE companies SET score_tenths = -1",
    ],
)
async def test_the_database_itself_refuses_what_would_falsify_the_file(
    service_database: ServiceDatabase, effective: Record, statement: str
) -> None:
    await effective("B01")

    async with service_database.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await connection.execute(statement)


async def test_the_database_itself_refuses_to_punish_a_fact_twice(
    service_database: ServiceDatabase, effective: Record
) -> None:
    await effective("D01", fact_key="check:1")
    item = await effective("D16", fact_key="check:2")

    async with service_database.database.pool.acquire() as connection:
        columns = [
            row["column_name"]
            for row in await connection.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'credit_items'"
            )
        ]
        copied = ", ".join(
            {"id": "gen_random_uuid()", "fact_key": "'check:1'"}.get(name, name) for name in columns
        )
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute(
                f"INSERT INTO credit_items ({', '.join(columns)}) "  # noqa: S608 - names of columns
                f"SELECT {copied} FROM credit_items WHERE id = $1",
                UUID(item["id"]),
            )


async def test_items_confirmed_at_once_all_count_and_each_knows_the_others(
    client: httpx.AsyncClient,
    database: Database,
    recorded: Record,
    leader: dict[str, str],
    standing: Standing,
) -> None:
    base = [await recorded(f"B{number:02d}") for number in range(1, 6)]
    bad = [await recorded("D27", fact_key=f"case:{number}") for number in range(3)]

    answers = await asyncio.gather(
        *(client.post(f"{API}/items/{item['id']}/confirmation", headers=leader) for item in [*base, *bad])
    )

    assert {answer.status_code for answer in answers} == {200}
    events = await item_events(database)
    weighed = [
        event.points_tenths
        for event in events
        if isinstance(event, CreditItemRecorded) and event.code == "D27"
    ]
    assert weighed == [10, 15, 20]
    assert (await standing())[0] == 5 * 80 - 45
