"""The feed through HTTP: what was granted, masked, in one order, nothing lost and nothing doubled."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import jsonschema
import pytest
from exchange_desk import (
    API,
    GRANT,
    HOTLINE,
    LIAISON,
    POLICE,
    TOWN,
    Enter,
    Office,
    delivery_of,
    message_of,
    orders_sent,
    problem_type,
)

from exchange.catalogue import SHARED
from exchange.feed.storage import append
from exchange.log.digest import sm3_hex
from exchange.reactions import SUBSCRIPTIONS
from shared.contracts import CATALOGUE, Event
from shared.contracts.dispute_mediation import ComplaintReceived
from shared.contracts.estate_registry import EstateRegistered, ServiceModeChanged
from shared.contracts.exchange import ExternalOrderImported
from shared.identity import Role
from shared.kernel import Actor, new_id
from shared.messaging import Consumer, Delivery, PostgresBus, Subscriptions
from shared.service import Service
from shared.storage import Database, Occasion, Work
from shared.testing import ServiceDatabase, SettableClock, as_role, deliver
from shared.testing.clock import NOON

SCHEMA = Path(__file__).parents[4] / "shared" / "suites" / "cloudevents" / "cloudevents.json"
TOWN_ONE, TOWN_TWO = "610703001", "610703002"


def registered(name: str = "汉山小区") -> EstateRegistered:
    return EstateRegistered(
        estate_id=new_id(),
        code="610703001-0042-6",
        estate_name=name,
        territory=TOWN_ONE,
        year_built=1998,
        area_m2x100=1_200_000,
        households=120,
        buildings=4,
        three_no=True,
        registered_on=date(2026, 3, 2),
    )


def mode_changed() -> ServiceModeChanged:
    return ServiceModeChanged(
        estate_id=new_id(),
        old_mode=None,
        new_mode="quasi_service",
        reason="业主代表13812341234来电要求",
        effective_from=date(2026, 3, 2),
    )


def order_imported() -> ExternalOrderImported:
    return ExternalOrderImported(
        order_id=new_id(),
        order_no="NZ-1",
        kind="complaint",
        leaf="FAC-01",
        title="电梯停运",
        content="电梯停了两天，联系电话138****1234",
        place="汉山小区3号楼****",
        territory=TOWN_ONE,
        estate_code=None,
        urgency="normal",
        secret=False,
        caller_mark="0" * 32,
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        sign_due=None,
        handle_due=None,
    )


def share(*facts: type[Event], territory: str = "610703", pii_level: int = 0) -> dict[str, Any]:
    receives = [{"event_type": fact.name, "territory": territory} for fact in facts]
    return {"receives": receives, "pii_level": pii_level}


def consumer_of(database: Database, subscriptions: Subscriptions = SUBSCRIPTIONS) -> Consumer:
    return Consumer(
        database=database, bus=PostgresBus(database), group="exchange", subscriptions=subscriptions
    )


async def hear(database: Database, *events: Event, territory: str = TOWN_ONE) -> list[str]:
    """Have facts arrive as the bus brings them, each of them twice; return their ids."""
    messages = [message_of(event, territory=territory) for event in events]
    for _ in range(2):
        await consumer_of(database).take([delivery_of(message) for message in messages])
    return [str(message.id) for message in messages]


async def read(client: httpx.AsyncClient, office: Office, **params: str) -> httpx.Response:
    answer = await client.get(f"{API}/feed", params=params, headers=office.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"
    return answer


async def pages(
    client: httpx.AsyncClient, office: Office, *, limit: int, cursor: str = ""
) -> AsyncIterator[list[str]]:
    """Yield the ids of page after page, without end."""
    params = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
    while True:
        answer = await read(client, office, **params)
        yield [event["id"] for event in answer.json()]
        params["cursor"] = answer.headers["next-cursor"]


def test_every_fact_of_the_catalogue_is_copied_and_no_other() -> None:
    wanted = {
        "nz.dispute-mediation.ComplaintReceived.v1",
        "nz.dispute-mediation.ComplaintAccepted.v1",
        "nz.dispute-mediation.ComplaintResolved.v1",
        "nz.dispute-mediation.ComplaintOverdue.v1",
        "nz.dispute-mediation.ResolutionItemAssigned.v1",
        "nz.dispute-mediation.ResolutionItemOverdue.v1",
        "nz.dispute-mediation.ResolutionItemVerified.v1",
        "nz.estate-registry.EstateRegistered.v1",
        "nz.estate-registry.ServiceModeChanged.v1",
        "nz.estate-registry.OperatorAssigned.v1",
        "nz.credit-rating.CreditGradeChanged.v1",
        "nz.subsidy-ledger.SubsidyDisbursed.v1",
        "nz.supervision.CircularPublished.v1",
        "nz.exchange.ExternalOrderImported.v1",
    }

    assert {fact.name for fact in SUBSCRIPTIONS} == set(SHARED)
    assert wanted <= set(SHARED) <= set(CATALOGUE)
    assert not {name for name in SHARED if "Liability" in name or "Budget" in name or "Applied" in name}


async def test_a_page_is_a_batch_of_cloud_events(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    fact = registered()
    message = message_of(fact)
    await consumer_of(database).take([delivery_of(message)])

    (event,) = (await read(client, office)).json()

    assert event == {
        "specversion": "1.0",
        "id": str(message.id),
        "source": "/gongzhi/estate-registry",
        "type": "nz.estate-registry.EstateRegistered.v1",
        "subject": message.subject,
        "time": "2026-03-02T04:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "urn:gongzhi:schema:nz.estate-registry.EstateRegistered.v1",
        "subjectversion": 1,
        "piilevel": 0,
        "territorycode": TOWN_ONE,
        "data": fact.model_dump(mode="json"),
    }
    if SCHEMA.exists():
        jsonschema.validate(event, json.loads(SCHEMA.read_text()))


async def test_a_department_reads_only_what_it_was_granted(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    whole = await enter(POLICE, grant=share(EstateRegistered, ServiceModeChanged))
    town = await enter(TOWN, territory=TOWN_ONE, grant=share(EstateRegistered, territory=TOWN_ONE))
    await hear(database, registered(), mode_changed(), territory=TOWN_ONE)
    await hear(database, registered(), territory=TOWN_TWO)
    await hear(database, registered(), territory="610703")
    await hear(database, registered(), territory="")
    await hear(database, order_imported(), territory=TOWN_ONE)

    seen = {}
    for name, office in (("whole", whole), ("town", town)):
        events = (await read(client, office)).json()
        seen[name] = [(event["type"].split(".")[2], event["territorycode"]) for event in events]

    assert seen["whole"] == [
        ("EstateRegistered", TOWN_ONE),
        ("ServiceModeChanged", TOWN_ONE),
        ("EstateRegistered", TOWN_TWO),
        ("EstateRegistered", "610703"),
    ]
    assert seen["town"] == [("EstateRegistered", TOWN_ONE)]


async def test_persons_are_masked_by_the_level_of_the_grant(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    facts = (ServiceModeChanged, ExternalOrderImported)
    none = await enter(POLICE, grant=share(*facts))
    masked = await enter(TOWN, grant=share(*facts, pii_level=1))
    await hear(database, mode_changed(), order_imported())

    without, with_masks = (await read(client, none)).json(), (await read(client, masked)).json()

    assert {event["data"]["reason"] for event in (without[0], with_masks[0])} == {
        "业主代表138****1234来电要求"
    }
    assert [without[1]["data"][name] for name in ("title", "content", "place")] == ["***"] * 3
    assert with_masks[1]["data"]["content"] == "电梯停了两天，联系电话138****1234"
    assert [event["data"]["caller_mark"] for event in (without[1], with_masks[1])] == [None, None]
    assert [event["piilevel"] for event in (without[1], with_masks[1])] == [0, 1]
    ExternalOrderImported.model_validate(without[1]["data"])


async def test_pages_follow_each_other_and_go_on_after_the_end(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    first = await hear(database, *(registered() for _ in range(7)))
    feed = pages(client, office, limit=3)

    before = [await anext(feed) for _ in range(4)]
    later = await hear(database, mode_changed(), *(registered() for _ in range(2)))
    after = [await anext(feed) for _ in range(2)]

    assert before == [first[:3], first[3:6], first[6:], []]
    assert after == [later[1:], []]


async def test_the_same_cursor_gives_the_same_page(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    await hear(database, *(registered() for _ in range(4)))
    cursor = (await read(client, office, limit="2")).headers["next-cursor"]

    first, again = [await read(client, office, limit="2", cursor=cursor) for _ in range(2)]

    assert (first.content, first.headers["link"]) == (again.content, again.headers["link"])
    assert first.headers["link"].startswith(f"<{API}/feed?cursor=")


async def test_a_cursor_belongs_to_one_department(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office, other = [await enter(code, grant=share(EstateRegistered)) for code in (POLICE, TOWN)]
    await hear(database, registered())
    cursor = (await read(client, office)).headers["next-cursor"]

    stolen = await client.get(f"{API}/feed", params={"cursor": cursor}, headers=other.headers)
    altered = await client.get(f"{API}/feed", params={"cursor": cursor[:-3]}, headers=office.headers)

    assert [(one.status_code, problem_type(one)) for one in (stolen, altered)] == [
        (400, "cursor-invalid")
    ] * 2


async def test_a_feed_restored_to_an_earlier_state_does_not_pass_silently(
    client: httpx.AsyncClient, enter: Enter, database: Database, service_database: ServiceDatabase
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    await hear(database, registered())
    cursor = (await read(client, office)).headers["next-cursor"]
    connection = await asyncpg.connect(service_database.admin_dsn)
    await connection.execute("UPDATE exchange.feed_head SET last = 0")
    await connection.close()

    answer = await client.get(f"{API}/feed", params={"cursor": cursor}, headers=office.headers)

    assert (answer.status_code, problem_type(answer)) == (409, "cursor-ahead-of-feed")


async def test_nobody_reads_the_feed_without_a_grant(client: httpx.AsyncClient, enter: Enter) -> None:
    bare = await enter(POLICE)
    sender = await enter(HOTLINE, grant={"sends": ["orders"]})

    answers = [await client.get(f"{API}/feed", headers=office.headers) for office in (bare, sender)]
    person = await client.get(f"{API}/feed", headers=LIAISON)

    assert [(one.status_code, problem_type(one)) for one in answers] == [(403, "feed-not-granted")] * 2
    assert (person.status_code, problem_type(person)) == (403, "permission-missing")


async def test_a_grant_that_ended_gives_nothing_more(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    await hear(database, registered())
    await client.put(
        f"{API}/departments/{office.id}/grants", json=GRANT, headers=as_role(Role.EXCHANGE_ADMIN)
    )

    answer = await client.get(f"{API}/feed", headers=office.headers)

    assert (answer.status_code, problem_type(answer)) == (403, "feed-not-granted")


async def test_a_page_is_put_on_record_with_its_digest_and_an_empty_one_is_not(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered, ServiceModeChanged))
    await read(client, office)
    await hear(database, registered(), registered(), mode_changed())

    answer = await read(client, office)

    (entry,) = (await client.get(f"{API}/log", headers=as_role(Role.AUDITOR))).json()["items"]
    assert {name: entry[name] for name in ("direction", "party", "receiver", "caller", "count")} == {
        "direction": "out",
        "party": POLICE,
        "receiver": POLICE,
        "caller": f"department-key:{office.key.key_id}",
        "count": 3,
    }
    assert entry["items"] == {EstateRegistered.name: 2, ServiceModeChanged.name: 1}
    assert (entry["legal_basis"], entry["digest"]) == (GRANT["legal_basis"], sm3_hex(answer.content))


async def test_a_fact_that_comes_twice_is_one_entry(
    client: httpx.AsyncClient, enter: Enter, service: Service, database: Database
) -> None:
    office = await enter(POLICE, grant=share(ServiceModeChanged))

    message_id = await deliver(service, database, mode_changed(), now=NOON, times=2, territory=TOWN_ONE)

    assert [event["id"] for event in (await read(client, office)).json()] == [str(message_id)]


async def test_a_transaction_that_fails_leaves_no_gap(
    client: httpx.AsyncClient, enter: Enter, database: Database, service_database: ServiceDatabase
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))

    async def failing(work: Work, event: Event) -> None:
        await append(work, event)
        raise ValueError(event.name)

    poisoned = consumer_of(database, {EstateRegistered: failing})
    await poisoned.take([delivery_of(message_of(registered()))])
    heard = await hear(database, registered())

    connection = await asyncpg.connect(service_database.admin_dsn)
    positions = await connection.fetch("SELECT position FROM exchange.feed_entries ORDER BY position")
    await connection.close()
    assert [row["position"] for row in positions] == [1]
    assert [event["id"] for event in (await read(client, office)).json()] == heard


async def test_nothing_is_lost_or_doubled_while_many_write(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    dice = random.Random(7)  # noqa: S311 - spreads the writers, guards nothing

    async def dawdling(work: Work, event: Event) -> None:
        await append(work, event)
        await asyncio.sleep(dice.uniform(0, 0.004))

    batches = [[message_of(registered()) for _ in range(dice.randint(1, 6))] for _ in range(60)]
    waiting = iter([delivery_of(message) for message in batch] for batch in batches)

    async def write(deliveries: "list[Delivery]") -> None:
        await consumer_of(database, {EstateRegistered: dawdling}).take(deliveries)

    async def writer() -> None:
        for deliveries in waiting:
            await write(deliveries)

    seen: list[str] = []
    whole_pages = 0
    writing = asyncio.gather(*(writer() for _ in range(4)))
    async for page in pages(client, office, limit=5):
        finished = writing.done()
        seen += page
        whole_pages += bool(page) and not finished
        if finished and not page:
            break
    await writing

    assert sorted(seen) == sorted(str(message.id) for batch in batches for message in batch)
    assert whole_pages > 10


async def test_an_order_comes_back_to_departments_by_the_feed(
    client: httpx.AsyncClient, enter: Enter, hotline: Office, service: Service, database: Database
) -> None:
    office = await enter(POLICE, grant=share(ExternalOrderImported, ComplaintReceived, pii_level=1))
    batch = {"order_no": "NZ-9", "received_at": "2026-03-02T09:30:00+08:00", "type": "report"}
    words = {"category_code": "电梯", "title": "电梯停运", "content": "停了", "territory_code": TOWN_ONE}
    sent = await orders_sent(client, batch | words, headers=hotline.headers)
    case = ComplaintReceived(
        case_id=new_id(),
        case_no="610703001-2026-00001",
        channel="hotline_12345",
        leaf="FAC-01",
        estate_id=None,
        org=None,
        urgency="normal",
        order_no="NZ-9",
        received_at=NOON,
    )

    await deliver(service, database, case, now=NOON, territory=TOWN_ONE)

    assert [line["leaf"] for line in sent["lines"]] == ["FAC-01"]
    assert [event["data"]["case_no"] for event in (await read(client, office)).json()] == [case.case_no]


async def test_the_database_refuses_to_change_feed_and_log(
    client: httpx.AsyncClient, enter: Enter, database: Database, service_database: ServiceDatabase
) -> None:
    office = await enter(POLICE, grant=share(EstateRegistered))
    await hear(database, registered())
    await read(client, office)
    connection = await asyncpg.connect(service_database.admin_dsn)

    for statement in (
        "UPDATE exchange.feed_entries SET territory = '610702'",
        "DELETE FROM exchange.feed_entries",
        "UPDATE exchange.exchange_log SET count = 0",
        "DELETE FROM exchange.exchange_log",
        "TRUNCATE exchange.exchange_log",
        "DELETE FROM exchange.grant_items",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(statement)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(
            "INSERT INTO exchange.feed_entries SELECT position + 1, event_id, type, source, subject,"
            " subject_version, territory, recorded_at, received_at, pii_level, data"
            " FROM exchange.feed_entries"
        )

    await connection.close()


async def test_a_fact_without_its_envelope_is_refused(database: Database, clock: SettableClock) -> None:
    occasion = Occasion(actor=Actor.system("test"), now=clock(), causation_id=UUID(int=1))

    with pytest.raises(ValueError, match="envelope"):
        async with database.begin(occasion) as work:
            await append(work, registered())
