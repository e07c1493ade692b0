"""What only a real broker can show: its death, its silence, its foreign clients."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio
from aiokafka.partitioner import DefaultPartitioner, murmur2
from messaging.conftest import PARTITIONS, Broker, kafka_topic
from messaging.doubles import (
    GROUP,
    TOPIC,
    FaultyBus,
    drain,
    effects,
    eventually,
    message,
    note,
    outbox_size,
    running,
    say,
)
from sample_service import ThingNamed

from shared.clusters import KafkaCluster, free_ports
from shared.messaging import (
    BusUnavailable,
    Consumer,
    ConsumerLimits,
    KafkaBus,
    KafkaSettings,
    Relay,
    Subscriptions,
)
from shared.storage import Database
from shared.testing import frozen

pytestmark = pytest.mark.kafka
# A member that died keeps its partitions for the session timeout.
REBALANCE_SECONDS = 90.0


@dataclass(frozen=True)
class Kafka:
    cluster: KafkaCluster
    settings: KafkaSettings
    topic: str

    def bus(self, publish_seconds: float = 30.0) -> KafkaBus:
        return KafkaBus(self.settings, publish_seconds=publish_seconds)


@pytest_asyncio.fixture(loop_scope="session")
async def kafka(broker: Broker) -> Kafka:
    cluster = await broker.running()
    topic = f"nz.t{uuid4().hex}.events"
    await kafka_topic(cluster, topic)
    await kafka_topic(cluster, TOPIC)
    return Kafka(cluster, KafkaSettings(servers=cluster.bootstrap, client_id="tests"), topic)


@pytest_asyncio.fixture(loop_scope="session")
async def bus(kafka: Kafka) -> AsyncIterator[KafkaBus]:
    made = kafka.bus()
    yield made
    await made.close()


def consumer_on(database: Database, bus: KafkaBus) -> Consumer:
    # Each test has a group of its own: the topic of the sample service is shared by all.
    return Consumer(
        database=database,
        bus=bus,
        group=f"{GROUP}-{uuid4()}",
        subscriptions={ThingNamed: note},
        limits=ConsumerLimits(poll_seconds=0.2),
    )


async def seen(database: Database, thing_names: list[str]) -> bool:
    return set(thing_names) <= set(await effects(database))


async def test_from_commit_to_effect_over_kafka(wired: Database, bus: KafkaBus) -> None:
    run = uuid4().hex
    expected = [f"{run} {number}" for number in range(300)]
    relay = Relay(database=wired, bus=bus, tenant="610703")
    async with running(relay.run(), consumer_on(wired, bus).run()):
        thing = await say(wired, *expected[:200])
        for name in expected[200:]:
            await say(wired, name, thing=thing)
        await eventually(lambda: seen(wired, expected))

    assert [name for name in await effects(wired) if name.startswith(run)] == expected


@pytest.mark.slow
async def test_a_broker_killed_and_started_again_loses_and_doubles_nothing(
    wired: Database, kafka: Kafka, bus: KafkaBus
) -> None:
    run = uuid4().hex
    expected = [f"{run} {number}" for number in range(240)]
    relay = Relay(database=wired, bus=bus, tenant="610703")
    async with running(relay.run(), consumer_on(wired, bus).run()):
        thing = await say(wired, expected[0])
        await eventually(lambda: seen(wired, expected[:1]))
        for start in (1, 121):
            await kafka.cluster.kill_broker(1)
            for name in expected[start : start + 120]:
                await say(wired, name, thing=thing)
            await kafka.cluster.start_broker(1)
        await eventually(lambda: seen(wired, expected), within_seconds=180)

    assert [name for name in await effects(wired) if name.startswith(run)] == expected
    assert await outbox_size(wired) == 0


async def test_a_silent_broker_is_given_up_and_leaves_nothing_behind(kafka: Kafka) -> None:
    bus = kafka.bus(publish_seconds=1.0)
    await bus.publish(topic=kafka.topic, messages=[message("one", 1)])
    before = len(asyncio.all_tasks())
    (pid,) = kafka.cluster.pids.values()
    with frozen(pid):
        for _ in range(3):
            with pytest.raises(BusUnavailable):
                await bus.publish(topic=kafka.topic, messages=[message("one", 2)])

    async def published() -> bool:
        try:
            await bus.publish(topic=kafka.topic, messages=[message("one", 3)])
        except BusUnavailable:
            return False
        return True

    await eventually(published)
    subscription = await bus.subscribe(group="g", topics=[kafka.topic])
    versions = [each.message().subject_version for each in await drain(subscription, 2)]
    await subscription.close()
    await bus.close()
    assert (versions[0], 3 in versions or 2 in versions) == (1, True)
    assert len(asyncio.all_tasks()) <= before


async def test_a_broker_that_is_not_there_is_unavailable() -> None:
    (port,) = free_ports()
    bus = KafkaBus(KafkaSettings(servers=f"127.0.0.1:{port}", client_id="tests"))

    with pytest.raises(BusUnavailable):
        await bus.publish(topic="t", messages=[message("one", 1)])
    with pytest.raises(BusUnavailable):
        await bus.subscribe(group="g", topics=["t"])


async def test_a_broker_away_costs_no_memory(wired: Database) -> None:
    (port,) = free_ports()
    bus = FaultyBus(KafkaBus(KafkaSettings(servers=f"127.0.0.1:{port}", client_id="tests")))
    relay = Relay(database=wired, bus=bus, tenant="610703")
    await say(wired, *(f"{number}" for number in range(2_000)))
    before = len(asyncio.all_tasks())
    async with running(relay.run()):
        await eventually(lambda: failed(relay, 5))

        assert len(asyncio.all_tasks()) <= before + 10
    assert (await outbox_size(wired), bus.largest) == (2_000, 1_000)


async def failed(relay: Relay, times: int) -> bool:
    return relay.metrics.failures >= times


async def test_a_subject_lies_where_every_other_client_would_put_it(kafka: Kafka, bus: KafkaBus) -> None:
    sent = [message(str(uuid4()), 1) for _ in range(60)]
    await bus.publish(topic=kafka.topic, messages=sent)

    subscription = await bus.subscribe(group="g", topics=[kafka.topic])
    received = await drain(subscription, 60)
    await subscription.close()

    partitions = list(range(PARTITIONS))
    default = DefaultPartitioner()
    assert {each.key: each.partition for each in received} == {
        each.subject: default(each.subject.encode(), partitions, partitions) for each in sent
    }


async def test_a_third_member_shares_without_loss_while_messages_flow(kafka: Kafka, wired: Database) -> None:
    bus, run = kafka.bus(), uuid4().hex
    group = f"{GROUP}-{run}"
    subscriptions: Subscriptions = {ThingNamed: note}
    consumers = [
        Consumer(
            database=wired, bus=bus, group=group, subscriptions=subscriptions, limits=ConsumerLimits(batch=20)
        )
        for _ in range(3)
    ]
    relay = Relay(database=wired, bus=bus, tenant="610703")
    expected = [f"{run} {number}" for number in range(200)]
    async with running(relay.run(), consumers[0].run()):
        things = [await say(wired, name) for name in expected[:20]]
        async with running(consumers[1].run()):
            for number, name in enumerate(expected[20:120]):
                await say(wired, name, thing=things[number % 20])
            async with running(consumers[2].run()):
                await asyncio.sleep(1)
            for number, name in enumerate(expected[120:], start=100):
                await say(wired, name, thing=things[number % 20])
            await eventually(lambda: seen(wired, expected), within_seconds=REBALANCE_SECONDS)
    await bus.close()

    rows = await wired.pool.fetch("SELECT subject, called FROM effects ORDER BY n")
    mine = [row for row in rows if row["called"].startswith(run)]
    assert sorted(row["called"] for row in mine) == sorted(expected)
    for thing in things:
        numbers = [int(row["called"].split()[1]) for row in mine if row["subject"] == str(thing.id)]
        assert numbers == sorted(numbers)


async def test_a_backlog_in_one_partition_does_not_starve_another(kafka: Kafka, bus: KafkaBus) -> None:
    backlog, quiet = subjects_apart()
    await bus.publish(topic=kafka.topic, messages=[message(backlog, v) for v in range(1, 3_001)])
    subscription = await bus.subscribe(group="g", topics=[kafka.topic])
    received = await drain(subscription, 1, limit=1)
    await bus.publish(topic=kafka.topic, messages=[message(quiet, 1)])

    async def quiet_is_heard() -> bool:
        received.extend(await subscription.poll(limit=10, timeout_seconds=0.1))
        return quiet in {each.key for each in received}

    await eventually(quiet_is_heard)
    await subscription.close()

    before = [each.message().subject_version for each in received if each.key == backlog]
    assert before == list(range(1, len(before) + 1))
    assert len(before) < 1_500


async def test_what_a_rebalance_takes_away_is_held_no_more_and_cannot_be_committed(
    kafka: Kafka, bus: KafkaBus
) -> None:
    await bus.publish(topic=kafka.topic, messages=[message(f"{n}", 1) for n in range(30)])
    group = f"{GROUP}-{uuid4()}"
    first = await bus.subscribe(group=group, topics=[kafka.topic])
    taken = await drain(first, 30)
    assert first.held(taken) == taken

    second = await bus.subscribe(group=group, topics=[kafka.topic])
    # Both come to agree who has which partition; what is not committed comes again.
    again = [
        *await first.poll(limit=100, timeout_seconds=2),
        *await second.poll(limit=100, timeout_seconds=2),
    ]
    await first.commit(taken)
    behind = {**await first.lags(), **await second.lags()}
    await second.close()
    await first.close()

    mine = {each.partition for each in first.held(again)}
    assert sorted(each.key for each in again) == sorted(each.key for each in taken)
    assert len(mine) < PARTITIONS
    assert {each.partition for each in first.held(taken)} == mine
    lost = {place: lag for place, lag in behind.items() if place[1] not in mine}
    assert sum(lost.values()) == sum(each.partition not in mine for each in taken) > 0


def subjects_apart() -> tuple[str, str]:
    """Return two subjects that lie in different partitions."""
    places = {(murmur2(name.encode()) & 0x7FFFFFFF) % PARTITIONS: name for name in map(str, range(50))}
    return places[0], places[1]


@pytest.mark.skipif(shutil.which("kcat") is None, reason="kcat is not installed")
async def test_a_stranger_with_kcat_can_understand_a_message(kafka: Kafka, bus: KafkaBus) -> None:
    await bus.publish(topic=kafka.topic, messages=[message("one", 1, "屋顶")])

    kcat = await asyncio.create_subprocess_exec(
        "kcat",
        "-C",
        "-b",
        kafka.cluster.bootstrap,
        "-t",
        kafka.topic,
        "-e",
        "-q",
        "-J",
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(kcat.communicate(), 30)

    record = json.loads(output)
    headers = dict(zip(record["headers"][::2], record["headers"][1::2], strict=True))
    assert (record["key"], headers["ce_specversion"], headers["ce_type"], headers["content-type"]) == (
        "one",
        "1.0",
        ThingNamed.name,
        "application/json",
    )
    assert json.loads(record["payload"])["called"] == "屋顶"
    assert headers["ce_actorunit"] == "610703:住建局"
