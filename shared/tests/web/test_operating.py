"""What an operator sees and does: the way of an event, missing versions, parked events and the decisions."""

from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import pytest_asyncio
from messaging.doubles import TOPIC, deliveries_of, effects, message, note, occasion
from sample_service import SAMPLE, Thing, ThingNamed

from shared.identity import Role
from shared.kernel import new_id
from shared.messaging import Consumer, Delivery, Message, PostgresBus
from shared.service import Service
from shared.storage import Work
from shared.testing import ServiceDatabase, SettableClock, as_role

OPERATOR = as_role(Role.SYSTEM_ADMIN, "", person="operator-1")
AUDITOR = as_role(Role.AUDIT_ADMIN, "")
OPERATIONS = "/api/sample/operations"
BROKEN: set[str] = set()
WHY = {"why": "the rule was mended"}
EFFECTS = """
CREATE TABLE sample.effects (n bigint GENERATED ALWAYS AS IDENTITY, subject text, called text);
CREATE FUNCTION sample.refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'refused at the commit' USING ERRCODE = 'check_violation'; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON sample.effects DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
WHEN (NEW.called = 'late') EXECUTE FUNCTION sample.refuse_late();
GRANT SELECT, INSERT ON sample.effects TO sample;
"""


async def react(work: Work, event: ThingNamed) -> None:
    if event.called in BROKEN:
        raise ValueError(event.called)
    await note(work, event)
    if event.called == "echo":
        thing = Thing(id=event.thing_id, name="echo", territory="610703001")
        work.publish(ThingNamed(thing_id=thing.id, called="echoed"), about=thing)


LISTENING = replace(SAMPLE, subscriptions={ThingNamed: react})


@pytest.fixture(scope="session")
def service() -> Service:
    return LISTENING


@pytest_asyncio.fixture(loop_scope="session")
async def consumer(service_database: ServiceDatabase, clock: SettableClock) -> Consumer:
    BROKEN.clear()
    connection = await asyncpg.connect(service_database.admin_dsn)
    try:
        await connection.execute(EFFECTS)
    finally:
        await connection.close()
    database = service_database.database
    return Consumer(
        database=database,
        bus=PostgresBus(database),
        group="sample",
        subscriptions=LISTENING.subscriptions,
        clock=clock,
    )


async def parked(consumer: Consumer, *called: str) -> list[Message]:
    """Park the first event of a subject, and with it the others."""
    sent = [message("one", version, name) for version, name in enumerate(called, start=1)]
    BROKEN.add(called[0])
    await consumer.take(deliveries_of(*sent))
    return sent


async def decide(client: httpx.AsyncClient, sent: Message, act: str, **headers: str) -> httpx.Response:
    return await client.post(f"{OPERATIONS}/parked/{sent.id}/{act}", json=WHY, headers=OPERATOR | headers)


async def states(client: httpx.AsyncClient) -> dict[str, list[str]]:
    return {
        state: [each["event_id"] for each in await listed(client, state)]
        for state in ("waiting", "replayed", "dropped")
    }


async def listed(client: httpx.AsyncClient, state: str) -> list[dict[str, str]]:
    answer = await client.get(f"{OPERATIONS}/parked", params={"state": state}, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def acts(client: httpx.AsyncClient) -> list[tuple[str, str, str, str]]:
    answer = await client.get("/api/sample/audit/operator-acts", headers=AUDITOR)
    return [(one["person"], one["act"], one["event_id"], one["outcome"]) for one in answer.json()["items"]]


async def test_a_recorded_event_tells_when_by_whom_and_whether_it_left(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    body = {"name": "roof", "territory": "610703001"}
    created = await client.post("/api/sample/things", json=body, headers=as_role(Role.AUTHORITY_OFFICER))
    event_id = created.headers["consistency-token"].rpartition(":")[2]

    waiting = (await client.get(f"{OPERATIONS}/events/{event_id}", headers=OPERATOR)).json()
    await consumer.database.pool.execute("DELETE FROM outbox")
    left = (await client.get(f"{OPERATIONS}/events/{event_id}", headers=OPERATOR)).json()

    recorded = waiting["recorded"]
    assert (recorded["type"], recorded["subject_version"], recorded["role"]) == (ThingNamed.name, 1, "R11")
    assert "person" not in recorded
    assert [waiting["recorded"]["in_outbox"], left["recorded"]["in_outbox"]] == [True, False]
    assert waiting["arrived"] is None


async def test_an_applied_event_tells_its_place_its_moments_and_what_followed(
    client: httpx.AsyncClient, consumer: Consumer, clock: SettableClock
) -> None:
    sent = message(str(UUID(int=1)), 1, "echo")
    (delivery,) = deliveries_of(sent)
    placed = Delivery(
        topic=TOPIC,
        partition=3,
        position=42,
        key=sent.subject,
        headers=delivery.headers,
        data=sent.data,
        written_ms=1_772_424_000_500,
    )

    await consumer.take([placed])
    known = (
        await client.get(f"{OPERATIONS}/events/{sent.id}", params={"type": sent.type}, headers=OPERATOR)
    ).json()

    arrived = known["arrived"]
    assert (known["listens"], arrived["state"], arrived["partition"], arrived["position"]) == (
        True,
        "applied",
        3,
        42,
    )
    assert arrived["published_at"] == "2026-03-02T04:00:00.500000Z"
    assert arrived["received_at"] == arrived["applied_at"] == clock.now.isoformat().replace("+00:00", "Z")
    assert [each["type"] for each in known["led_to"]] == [ThingNamed.name]
    followed = await client.get(f"{OPERATIONS}/events/{known['led_to'][0]['event_id']}", headers=OPERATOR)
    assert followed.json()["recorded"]["causation_id"] == str(sent.id)


async def test_an_event_that_never_came_is_unknown(client: httpx.AsyncClient) -> None:
    known = await client.get(
        f"{OPERATIONS}/events/{uuid4()}", params={"type": "nz.elsewhere.Other.v1"}, headers=OPERATOR
    )

    assert known.json() == {
        "service": "sample",
        "listens": False,
        "recorded": None,
        "arrived": None,
        "led_to": [],
    }


async def test_a_missing_version_of_a_subject_is_named(client: httpx.AsyncClient, consumer: Consumer) -> None:
    database, thing = consumer.database, Thing(id=new_id(), name="roof", territory="610703001")
    async with database.begin(occasion()) as work:
        for called in ("a", "b"):
            work.publish(ThingNamed(thing_id=thing.id, called=called), about=thing)
    whole = (await client.get(f"{OPERATIONS}/subjects/{thing.id}", headers=OPERATOR)).json()

    await database.pool.execute("UPDATE subject_heads SET version = 4 WHERE subject = $1", str(thing.id))
    torn = (await client.get(f"{OPERATIONS}/subjects/{thing.id}", headers=OPERATOR)).json()

    assert (whole["last_version"], whole["recorded"], whole["missing"]) == (2, 2, [])
    assert (torn["last_version"], torn["recorded"], torn["missing"]) == (4, 2, [3, 4])


async def test_parked_events_are_listed_by_pages_and_shown_with_their_message(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    sent = await parked(consumer, "1", "2", "3")

    first = (await client.get(f"{OPERATIONS}/parked?limit=2", headers=OPERATOR)).json()
    rest = (
        await client.get(
            f"{OPERATIONS}/parked", params={"limit": 2, "cursor": first["next_cursor"]}, headers=OPERATOR
        )
    ).json()
    shown = (await client.get(f"{OPERATIONS}/parked/{sent[0].id}", headers=OPERATOR)).json()
    missing = await client.get(f"{OPERATIONS}/parked/{uuid4()}", headers=OPERATOR)
    held = (await client.get(f"{OPERATIONS}/events/{sent[1].id}", headers=OPERATOR)).json()["arrived"]

    assert [each["event_id"] for page in (first, rest) for each in page["items"]] == [
        str(each.id) for each in sent
    ]
    assert rest["next_cursor"] is None
    assert "message" not in first["items"][0]
    assert shown["message"]["data"]["called"] == "1"
    assert "ValueError" in shown["error"]
    assert missing.status_code == 404
    assert (held["state"], held["applied_at"]) == ("held", None)


async def test_a_replay_applies_the_subject_and_is_kept_on_account(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    sent = await parked(consumer, "1", "echo")
    BROKEN.clear()

    answer = await decide(client, sent[0], "replay")
    again = await decide(client, sent[0], "replay")

    assert (answer.status_code, answer.json()["applied"]) == (200, 2)
    assert (again.status_code, again.json()["applied"]) == (200, 0)
    assert answer.json()["event"]["decided_by"] == "operator-1"
    assert await effects(consumer.database) == ["1", "echo"]
    assert await states(client) == {
        "waiting": [],
        "replayed": [str(each.id) for each in sent],
        "dropped": [],
    }
    assert (await acts(client))[-1] == ("operator-1", "replay", str(sent[0].id), "2 applied")
    known = (await client.get(f"{OPERATIONS}/events/{sent[1].id}", headers=OPERATOR)).json()
    assert (known["arrived"]["state"], len(known["led_to"])) == ("replayed", 1)


@pytest.mark.parametrize("called", ["still broken", "late"])
async def test_a_replay_that_fails_again_keeps_what_was_applied_before_it(
    client: httpx.AsyncClient, consumer: Consumer, called: str
) -> None:
    """Also one that the database refuses only at the commit."""
    sent = await parked(consumer, "1", called, "3")
    BROKEN.clear()
    BROKEN.add("still broken")

    answer = (await decide(client, sent[0], "replay")).json()

    assert (answer["applied"], answer["stopped_at"]) == (1, str(sent[1].id))
    assert await effects(consumer.database) == ["1"]
    assert (await states(client))["waiting"] == [str(each.id) for each in sent[1:]]


async def test_a_drop_needs_a_reason_and_is_decided_once(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    sent = await parked(consumer, "1", "2")
    address = f"{OPERATIONS}/parked/{sent[0].id}/drop"

    without = [
        (await client.post(address, json=body, headers=OPERATOR)).status_code for body in ({}, {"why": "  "})
    ]
    first = await decide(client, sent[0], "drop", **{"idempotency-key": "drop-1"})
    same = await decide(client, sent[0], "drop", **{"idempotency-key": "drop-1"})
    other = await decide(client, sent[0], "drop")
    replayed = await decide(client, sent[0], "replay")

    assert without == [422, 422]
    assert (first.status_code, first.json()["why"], same.json()) == (200, WHY["why"], first.json())
    assert [other.status_code, replayed.status_code] == [409, 409]
    assert await acts(client) == [("operator-1", "drop", str(sent[0].id), "dropped")]
    assert (await states(client))["waiting"] == [str(sent[1].id)]


async def test_the_account_of_operators_cannot_be_changed(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    sent = await parked(consumer, "1")
    await decide(client, sent[0], "drop")

    for statement in ("UPDATE operator_acts SET why = ''", "DELETE FROM operator_acts"):
        with pytest.raises(Exception, match="append-only"):
            await consumer.database.pool.execute(statement)


async def test_a_read_does_not_take_a_parked_event_for_an_applied_one(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    (sent,) = await parked(consumer, "1")
    headers = OPERATOR | {"consistency-token": f"{sent.type}:{sent.id}"}
    address = f"{OPERATIONS}/subjects/one"
    before = await client.get(address, headers=headers)
    BROKEN.clear()

    await decide(client, sent, "replay")

    assert before.status_code == 504
    assert (await client.get(address, headers=headers)).status_code == 200


async def test_the_health_counts_the_tasks_that_wait_for_a_person(
    client: httpx.AsyncClient, consumer: Consumer
) -> None:
    for attempts, error in ((0, None), (3, "a fault"), (8, "a fault")):
        await consumer.database.pool.execute(
            "INSERT INTO due_tasks (id, kind, key, due_at, data, attempts, error) "
            "VALUES (gen_random_uuid(), 'look', $1, now(), '{}', $2, $3)",
            f"{attempts}",
            attempts,
            error,
        )

    answer = await client.get("/api/sample/health/ready")

    assert (answer.status_code, answer.json()["exhausted_tasks"]) == (200, 1)
