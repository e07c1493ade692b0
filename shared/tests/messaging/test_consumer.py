import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import asyncpg
import pytest
from messaging.doubles import (
    GROUP,
    TOPIC,
    FaultyBus,
    ThingLost,
    deliveries_of,
    delivery_of,
    effects,
    eventually,
    message,
    note,
    running,
    say,
)
from sample_service import Thing, ThingNamed

from shared.contracts import Upcaster
from shared.messaging import (
    Applier,
    BusUnavailable,
    Consumer,
    ConsumerLimits,
    Delivery,
    Message,
    PostgresBus,
    Reaction,
    Relay,
)
from shared.messaging.arrival import Arrival
from shared.storage import ChangedMeanwhile, Database, Occasion, OutcomeUnknown, Work

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"
POISON = "poison"


async def refuse_poison(work: Work, event: ThingNamed) -> None:
    await note(work, event)
    if event.called.startswith(POISON):
        message = "this one cannot be applied"
        raise ValueError(message)


async def answer(work: Work, event: ThingNamed) -> None:
    """Record a fact of our own because of a foreign one."""
    thing = Thing(id=UUID(int=2), name="answer", territory="610703001")
    work.publish(ThingNamed(thing_id=thing.id, called=f"answer to {event.called}"), about=thing)


@dataclass
class Failing:
    """Fails so many times, then works."""

    error: Callable[[], Exception]
    times: int
    calls: int = 0

    async def __call__(self, work: Work, event: ThingNamed) -> None:
        self.calls += 1
        await note(work, event)
        if self.calls <= self.times:
            raise self.error()


def consumer_of(
    database: Database, reaction: Reaction = note, *, most_tries: int = 3, batch: int = 500
) -> Consumer:
    consumer = Consumer(
        database=database,
        bus=PostgresBus(database),
        group=GROUP,
        subscriptions={ThingNamed: reaction},
        limits=ConsumerLimits(batch=batch, poll_seconds=0.1),
    )
    consumer.applier.most_tries = most_tries
    return consumer


async def inbox_size(database: Database) -> int:
    size: int = await database.pool.fetchval("SELECT count(*) FROM inbox")
    return size


async def parked_names(database: Database) -> list[str]:
    rows = await database.pool.fetch(
        "SELECT message->'data'->>'called' AS called FROM parked WHERE state = 'waiting' ORDER BY event_id"
    )
    return [row["called"] for row in rows]


async def test_a_batch_is_applied_in_order(wired: Database) -> None:
    sent = [message("one", version, f"{version}") for version in range(1, 21)]
    consumer = consumer_of(wired)

    await consumer.take(deliveries_of(*sent))

    assert await effects(wired) == [f"{version}" for version in range(1, 21)]
    assert await inbox_size(wired) == 20
    assert (consumer.metrics.applied, consumer.metrics.repeated, consumer.metrics.parked) == (20, 0, 0)


async def test_a_message_delivered_again_has_no_second_effect(wired: Database) -> None:
    consumer, sent = consumer_of(wired), message("one", 1)

    await consumer.take(deliveries_of(sent, sent))
    await consumer.take(deliveries_of(sent))

    assert await effects(wired) == ["roof"]
    assert (consumer.metrics.applied, consumer.metrics.repeated) == (1, 2)


async def test_without_the_inbox_the_effect_would_come_twice(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plant: the check above fails when the inbox is switched off."""

    async def let_all_in(_connection: object, *, arrivals: Sequence[Arrival], **_: object) -> set[UUID]:
        await asyncio.sleep(0)
        return {each.event_id for each in arrivals}

    monkeypatch.setattr("shared.messaging.applying.take_in", let_all_in)
    consumer, sent = consumer_of(wired), message("one", 1)

    await consumer.take(deliveries_of(sent))
    await consumer.take(deliveries_of(sent))

    assert await effects(wired) == ["roof", "roof"]


async def test_two_members_with_the_same_messages_apply_each_once(wired: Database) -> None:
    sent = [message(f"{version % 3}", version, f"{version}") for version in range(1, 61)]
    members = [consumer_of(wired), consumer_of(wired)]

    await asyncio.gather(
        members[0].take(deliveries_of(*sent)), members[1].take(deliveries_of(*reversed(sent)))
    )

    assert sorted(await effects(wired)) == sorted(f"{version}" for version in range(1, 61))


async def test_a_poison_is_parked_with_its_followers_while_others_go_on(wired: Database) -> None:
    sent = [
        message("bad", 1, "bad 1"),
        message("good", 1, "good 1"),
        message("bad", 2, POISON),
        message("good", 2, "good 2"),
        message("bad", 3, "bad 3"),
        message("good", 3, "good 3"),
    ]
    consumer = consumer_of(wired, refuse_poison)

    await consumer.take(deliveries_of(*sent))
    await consumer.take(deliveries_of(message("bad", 4, "bad 4"), message("good", 4, "good 4")))

    assert await effects(wired) == ["bad 1", "good 1", "good 2", "good 3", "good 4"]
    assert await parked_names(wired) == [POISON, "bad 3", "bad 4"]
    assert (consumer.metrics.parked, consumer.metrics.held) == (1, 2)
    row = await wired.pool.fetchrow("SELECT * FROM parked WHERE event_id = $1", sent[2].id)
    assert row is not None
    assert (row["consumer"], row["topic"], row["subject"], row["subject_version"]) == (GROUP, TOPIC, "bad", 2)
    assert "ValueError: this one cannot be applied" in row["error"]


async def test_without_holding_back_a_follower_would_overtake(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plant: the check above fails when parked subjects are not held."""

    async def hold_nothing(*_: object, **__: object) -> set[tuple[str, str]]:
        await asyncio.sleep(0)
        return set()

    monkeypatch.setattr("shared.messaging.applying.held_places", hold_nothing)

    await consumer_of(wired, refuse_poison).take(
        deliveries_of(message("bad", 1, POISON), message("bad", 2, "bad 2"))
    )

    assert await effects(wired) == ["bad 2"]


async def test_the_same_subject_on_another_topic_is_not_held(wired: Database) -> None:
    consumer = consumer_of(wired, refuse_poison)
    await consumer.take(deliveries_of(message("one", 1, POISON)))

    await consumer.take([replace(delivery_of(message("one", 1, "elsewhere")), topic="nz.other.events")])

    assert await effects(wired) == ["elsewhere"]


async def test_a_parked_message_delivered_again_stays_parked_once(wired: Database) -> None:
    consumer, sent = consumer_of(wired, refuse_poison), message("bad", 1, POISON)

    await consumer.take(deliveries_of(sent))
    await consumer.take(deliveries_of(sent))

    assert await parked_names(wired) == [POISON]
    assert await effects(wired) == []


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.SerializationError,
        asyncpg.DeadlockDetectedError,
        asyncpg.LockNotAvailableError,
        TimeoutError,
        ConnectionResetError,
        asyncpg.ConnectionDoesNotExistError,
        asyncpg.TooManyConnectionsError,
        asyncpg.InternalClientError,
    ],
)
async def test_what_passes_is_tried_again_in_place(wired: Database, error: type[Exception]) -> None:
    reaction = Failing(error=lambda: error("planned"), times=2)
    consumer = consumer_of(wired, reaction)

    await consumer.take(deliveries_of(message("one", 1)))

    assert (await effects(wired), reaction.calls) == (["roof"], 3)
    assert (consumer.applier.retried, consumer.metrics.parked) == (2, 0)


async def test_a_commit_whose_outcome_is_unknown_is_tried_again_and_takes_effect_once(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = Database.begin
    lost = [True, True]

    @contextlib.asynccontextmanager
    async def losing(self: Database, occasion: Occasion) -> AsyncIterator[Work]:
        async with begin(self, occasion) as work:
            yield work
        # Committed, and nobody was told.
        if lost:
            lost.pop()
            raise OutcomeUnknown

    monkeypatch.setattr(Database, "begin", losing)
    consumer = consumer_of(wired)

    await consumer.take(deliveries_of(message("one", 1)))

    assert (await effects(wired), await parked_names(wired)) == (["roof"], [])


async def test_a_row_changed_meanwhile_is_tried_again(wired: Database) -> None:
    reaction = Failing(error=ChangedMeanwhile, times=1)

    await consumer_of(wired, reaction).take(deliveries_of(message("one", 1)))

    assert (await effects(wired), await parked_names(wired)) == (["roof"], [])


async def test_a_reaction_that_is_always_in_the_way_is_parked_in_the_end(wired: Database) -> None:
    consumer = consumer_of(
        wired, Failing(error=lambda: asyncpg.DeadlockDetectedError("planned"), times=1000), most_tries=2
    )

    await consumer.take(deliveries_of(message("one", 1)))

    assert (await effects(wired), await parked_names(wired)) == ([], ["roof"])


async def test_a_database_that_is_away_is_waited_for_however_long(wired: Database) -> None:
    reaction = Failing(error=lambda: asyncpg.CannotConnectNowError("planned"), times=6)
    consumer = consumer_of(wired, reaction, most_tries=2)

    await consumer.take(deliveries_of(message("one", 1)))

    assert (await effects(wired), await parked_names(wired)) == (["roof"], [])


async def test_types_not_subscribed_to_leave_no_trace(wired: Database) -> None:
    consumer = consumer_of(wired)

    await consumer.take(deliveries_of(message("one", 1, fact=ThingLost(thing_id=uuid4()))))

    assert (await inbox_size(wired), await parked_names(wired)) == (0, [])


async def test_a_payload_that_breaks_its_contract_is_parked(wired: Database) -> None:
    broken = replace(message("one", 1), data=b'{"thing_id": 7}')

    await consumer_of(wired).take(deliveries_of(broken, message("two", 1, "two")))

    assert await effects(wired) == ["two"]
    assert await wired.pool.fetchval("SELECT error LIKE '%ValidationError%' FROM parked") is True


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"", b'{"called": "\\u0000"}', b'{"called": "\\ud800"}', b"[" * 99_999]
)
async def test_a_payload_that_cannot_be_stored_as_json_is_parked_as_it_came(
    wired: Database, data: bytes
) -> None:
    sent = replace(message("one", 1), data=data)

    await consumer_of(wired).take(deliveries_of(sent))

    document = await wired.pool.fetchval("SELECT message FROM parked")
    assert Message.from_structured(document) == sent


async def test_a_foreign_message_is_parked_by_its_place_on_the_bus(wired: Database) -> None:
    foreign = Delivery(topic=TOPIC, partition=2, position=7, key="k", headers={"x": "y"}, data=b"\x00\xff")
    consumer = consumer_of(wired)

    await consumer.take([foreign])
    await consumer.take([foreign])

    row = await wired.pool.fetchrow("SELECT * FROM parked")
    assert row is not None
    assert (row["type"], row["subject"], row["message"]) == (
        "unreadable",
        "k",
        {"headers": {"x": "y"}, "key": "k", "partition": 2, "position": 7, "data_base64": "AP8="},
    )


async def test_a_reaction_leaves_its_cause_and_trace_in_the_journal(wired: Database) -> None:
    first = replace(message("one", 1, "a"), traceparent=TRACE)
    second = message("two", 1, "b")

    await consumer_of(wired, answer).take(deliveries_of(first, second))

    rows = await wired.pool.fetch("SELECT * FROM journal ORDER BY seq")
    assert [
        (row["causation_id"], row["traceparent"], row["person"], row["data"]["called"]) for row in rows
    ] == [
        (first.id, TRACE, GROUP, "answer to a"),
        (second.id, None, GROUP, "answer to b"),
    ]
    assert [row["subject_version"] for row in rows] == [1, 2]
    assert wired.recorded.is_set()


async def test_an_old_version_reaches_the_reaction_lifted(wired: Database) -> None:
    consumer = Consumer(
        database=wired,
        bus=PostgresBus(wired),
        group=GROUP,
        subscriptions={ThingNamed: note},
        upcasters={
            "nz.sample.ThingCalled.v1": Upcaster(
                to=ThingNamed.name, lift=lambda old: {"thing_id": old["thing"], "called": "lifted"}
            )
        },
    )
    old = replace(
        message("one", 1),
        type="nz.sample.ThingCalled.v1",
        data=b'{"thing":"00000000-0000-0000-0000-000000000001"}',
    )

    await consumer.take(deliveries_of(old))

    assert await effects(wired) == ["lifted"]


async def test_from_commit_to_effect_over_the_bus(wired: Database) -> None:
    bus = PostgresBus(wired)
    relay = Relay(database=wired, bus=bus, tenant="610703")
    expected = [f"{number}" for number in range(300)]
    async with running(relay.run(), consumer_of(wired, batch=40).run()):
        thing = await say(wired, *expected[:100])
        for name in expected[100:]:
            await say(wired, name, thing=thing)
        await eventually(lambda: has_effects(wired, 300))

    assert await effects(wired) == expected


async def has_effects(database: Database, count: int) -> bool:
    found: int = await database.pool.fetchval("SELECT count(*) FROM effects")
    return found >= count


@dataclass
class Forgetful:
    """A subscription that dies instead of committing, so many times."""

    inner: PostgresBus
    times: int

    async def subscribe(self, **given: object) -> "Forgetful":
        self.subscription = await self.inner.subscribe(**given)  # type: ignore[arg-type]
        self.poll, self.close = self.subscription.poll, self.subscription.close
        self.held = self.subscription.held
        return self

    async def commit(self, done: Sequence[Delivery]) -> None:
        if self.times:
            self.times -= 1
            raise BusUnavailable
        await self.subscription.commit(done)


async def test_a_death_between_effect_and_commit_of_the_place_repeats_nothing(wired: Database) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic=TOPIC, messages=[message("one", v, f"{v}") for v in range(1, 31)])
    consumer = consumer_of(wired, batch=10)
    consumer.bus = Forgetful(bus, times=2)  # type: ignore[assignment]

    async with running(consumer.run()):
        await eventually(lambda: committed(wired, 30))

    assert await effects(wired) == [f"{v}" for v in range(1, 31)]
    assert (consumer.metrics.failures, consumer.metrics.repeated) == (2, 20)


async def committed(database: Database, position: int) -> bool:
    reached: int = await database.pool.fetchval("SELECT position FROM bus.positions")
    return reached == position


@pytest.mark.parametrize("grace_seconds", [2.0, 0.0])
async def test_being_cancelled_anywhere_loses_and_doubles_nothing(
    wired: Database, monkeypatch: pytest.MonkeyPatch, grace_seconds: float
) -> None:
    monkeypatch.setattr("shared.messaging.consumer.GRACE_SECONDS", grace_seconds)
    bus = FaultyBus(PostgresBus(wired))
    expected = [f"{v}" for v in range(1, 401)]
    await bus.publish(topic=TOPIC, messages=[message("one", v, f"{v}") for v in range(1, 401)])

    for pause in range(40):
        async with running(consumer_of(wired, batch=20).run()):
            await asyncio.sleep(0.01 + pause / 1000)
    async with running(consumer_of(wired, batch=20).run()):
        await eventually(lambda: has_effects(wired, 400))

    assert await effects(wired) == expected


async def test_a_consumer_without_subscriptions_ends_at_once(wired: Database) -> None:
    consumer = Consumer(database=wired, bus=PostgresBus(wired), group=GROUP, subscriptions={})

    await asyncio.wait_for(consumer.run(), 1)


async def test_the_applier_refuses_a_fault_of_its_own_tables(wired: Database) -> None:
    """A failure no reaction made is not laid on the event: it is raised, and the batch comes again."""
    applier = Applier(database=wired, consumer=GROUP, subscriptions={ThingNamed: note})
    await wired.pool.execute("SET search_path = nowhere")
    consumer = consumer_of(wired)
    consumer.applier = applier

    reaction: Awaitable[None] = consumer.take(deliveries_of(message("one", 1)))
    with pytest.raises(asyncpg.UndefinedTableError):
        await reaction
    await wired.pool.execute("RESET search_path")
