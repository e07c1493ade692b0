"""The largest fact that may be recorded passes a real broker as it is; one byte more is refused at once."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from messaging.conftest import Broker, kafka_topic, topic_of_tests
from messaging.doubles import GROUP, TOPIC, effects, eventually, note, occasion, outbox_size, running
from sample_service import Thing, ThingNamed

from shared.clusters import KafkaCluster, alter_topics
from shared.contracts import Event
from shared.kernel import new_id
from shared.messaging import Consumer, ConsumerLimits, KafkaBus, KafkaSettings, Relay, Subscription
from shared.storage import MAX_FACT_BYTES, Database, FactTooLarge
from shared.tracing import new_trace

CHARACTER_BYTES = 3


class NumbersDrawn(Event):
    name: ClassVar[str] = "nz.sample.NumbersDrawn.v1"

    drawn: tuple[int, ...]


def name_of_bytes(size: int) -> str:
    """Return Chinese text of so many bytes that no compression makes smaller."""
    drawn = random.Random(7)  # noqa: S311 - a text to fill a message, no secret
    text = "".join(chr(drawn.randrange(0x4E00, 0x9FA5)) for _ in range(size // CHARACTER_BYTES))
    return text + "x" * (size % CHARACTER_BYTES)


async def on_the_wire(database: Database, event: Event) -> int:
    """Return how many bytes the relay sends of a fact: PostgreSQL's own text of it."""
    size: int = await database.pool.fetchval(
        "SELECT octet_length($1::text::jsonb::text)", event.model_dump_json()
    )
    return size


async def largest(database: Database, thing_id: UUID) -> ThingNamed:
    empty = await on_the_wire(database, ThingNamed(thing_id=thing_id, called=""))
    return ThingNamed(thing_id=thing_id, called=name_of_bytes(MAX_FACT_BYTES - empty))


async def record(database: Database, event: Event, *, about: Thing) -> None:
    """Record a fact with every header a fact can have."""
    full = replace(occasion(), traceparent=new_trace().traceparent, causation_id=new_id())
    async with database.begin(full) as work:
        work.publish(event, about=about)


@pytest.fixture
def thing() -> Thing:
    return Thing(id=new_id(), name="thing", territory="610703001001")


@pytest_asyncio.fixture(loop_scope="session")
async def bus(broker: Broker) -> AsyncIterator[KafkaBus]:
    cluster = await broker.running()
    await kafka_topic(cluster, TOPIC)
    made = KafkaBus(KafkaSettings(servers=cluster.bootstrap, client_id="tests"))
    yield made
    await made.close()


@pytest.mark.kafka
async def test_the_largest_fact_goes_through_a_real_broker_with_smaller_ones_around_it(
    wired: Database, bus: KafkaBus, thing: Thing
) -> None:
    small = [ThingNamed(thing_id=thing.id, called=f"{uuid4()}") for _ in range(2)]
    large = await largest(wired, thing.id)
    expected = [small[0].called, large.called, small[1].called]
    relay = Relay(database=wired, bus=bus, tenant="610703")
    consumer = Consumer(
        database=wired,
        bus=bus,
        group=f"{GROUP}-{uuid4()}",
        subscriptions={ThingNamed: note},
        limits=ConsumerLimits(poll_seconds=0.2),
    )
    for event in (small[0], large, small[1]):
        await record(wired, event, about=thing)

    async def arrived() -> bool:
        return set(expected) <= set(await effects(wired))

    async with running(relay.run(), consumer.run()):
        await eventually(arrived, within_seconds=60)

    assert await on_the_wire(wired, large) == MAX_FACT_BYTES
    assert [called for called in await effects(wired) if called in expected] == expected
    assert (relay.metrics.failures, await outbox_size(wired)) == (0, 0)


@pytest.mark.kafka
async def test_a_fact_that_a_topic_refuses_waits_with_all_after_it_until_the_topic_is_as_declared(
    wired: Database, broker: Broker, bus: KafkaBus, thing: Thing
) -> None:
    cluster, names = await broker.running(), [f"{uuid4()}", name_of_bytes(50_000), f"{uuid4()}"]
    await take_no_more_than(cluster, 20_000)
    relay = Relay(database=wired, bus=bus, tenant="610703")
    for name in names:
        await record(wired, ThingNamed(thing_id=thing.id, called=name), about=thing)

    async with running(relay.run()):
        await eventually(lambda: failed(relay, times=3), within_seconds=60)
        waiting = await outbox_size(wired)
        # What `gongzhi topics apply` does.
        await alter_topics(bootstrap=cluster.bootstrap, topics=[topic_of_tests(TOPIC)])
        await eventually(lambda: emptied(wired), within_seconds=60)

    subscription = await bus.subscribe(group=f"{GROUP}-{uuid4()}", topics=[TOPIC])
    mine = await drain_until(subscription, str(thing.id), names[-1])
    await subscription.close()
    assert waiting == len(names)
    # Those before the refused one came with every try; none is missing, and the last time they are in order.
    assert mine[-len(names) :] == names


async def take_no_more_than(cluster: KafkaCluster, size: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=cluster.bootstrap)
    await admin.start()
    limit = {"max.message.bytes": str(size)}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC, limit)])
    await admin.close()


async def failed(relay: Relay, *, times: int) -> bool:
    return relay.metrics.failures >= times


async def emptied(database: Database) -> bool:
    return await outbox_size(database) == 0


async def drain_until(subscription: Subscription, subject: str, last: str) -> list[str]:
    """Return what the facts of a subject say, up to one."""
    found: list[str] = []
    async with asyncio.timeout(60):
        while last not in found:
            polled = await subscription.poll(limit=500, timeout_seconds=0.5)
            mine = [each.data for each in polled if each.key == subject]
            found += [ThingNamed.model_validate_json(data).called for data in mine]
    return found


async def test_one_byte_more_is_refused_when_it_is_recorded(wired: Database, thing: Thing) -> None:
    large = await largest(wired, thing.id)

    with pytest.raises(FactTooLarge):
        await record(wired, large.model_copy(update={"called": f"{large.called}x"}), about=thing)

    assert await outbox_size(wired) == 0


async def test_a_fact_is_measured_as_it_will_be_sent(wired: Database, thing: Thing) -> None:
    """PostgreSQL writes a space after each comma: numbers in a row grow by it."""
    many = NumbersDrawn(drawn=tuple([10_000] * (MAX_FACT_BYTES // 6 - 100)))
    assert len(many.model_dump_json()) < MAX_FACT_BYTES < await on_the_wire(wired, many)

    with pytest.raises(FactTooLarge):
        await record(wired, many, about=thing)

    assert await outbox_size(wired) == 0
