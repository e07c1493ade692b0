"""A real Kafka: started, used through aiokafka, killed, and gone."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError

from shared.clusters import KafkaCluster, Topic, alter_topics, apply_topics, declared_topics, kafka_available
from shared.clusters.kafka import jars_present
from shared.clusters.kafka.installation import LIBS
from shared.clusters.topics import Difference

_MISSING = kafka_available()
pytestmark = [pytest.mark.kafka, pytest.mark.skipif(_MISSING is not None, reason=_MISSING or "")]

TOPIC = "nz.estate-registry.events"


@pytest_asyncio.fixture
async def kafka(folder: Path) -> AsyncIterator[KafkaCluster]:
    async with KafkaCluster(folder=folder) as cluster:
        yield cluster


async def produce(bootstrap: str, values: list[bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(TOPIC, value, key=b"subject")
    finally:
        await producer.stop()


async def consume(bootstrap: str, count: int) -> list[bytes | None]:
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap,
        group_id="test",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        async with asyncio.timeout(60):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()


async def test_what_is_produced_is_consumed_also_after_the_broker_was_killed(
    kafka: KafkaCluster,
) -> None:
    topics = declared_topics()
    assert jars_present(LIBS)
    first = await apply_topics(bootstrap=kafka.bootstrap, topics=topics)
    second = await apply_topics(bootstrap=kafka.bootstrap, topics=topics)
    await produce(kafka.bootstrap, [b"one", b"two"])

    await kafka.kill_broker(1)
    assert kafka.pids == {}
    await kafka.start_broker(1)
    await produce(kafka.bootstrap, [b"three"])

    names = [topic.name for topic in topics]
    assert (first.created, first.present, first.differing) == (names, [], [])
    assert (second.created, second.present, second.differing) == ([], names, [])
    assert await consume(kafka.bootstrap, 3) == [b"one", b"two", b"three"]


async def test_topics_that_differ_are_reported_and_undeclared_ones_are_not_made(
    kafka: KafkaCluster,
) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(TOPIC, 2, 1, topic_configs={"cleanup.policy": "compact"})])
    estate = [topic for topic in declared_topics() if topic.name == TOPIC]

    report = await apply_topics(bootstrap=kafka.bootstrap, topics=estate)

    assert report.created == []
    assert {(each.setting, each.declared, each.found) for each in report.differing} == {
        ("partitions", "6", "2"),
        ("retention.ms", "2592000000", "604800000"),
        ("cleanup.policy", "delete", "compact"),
    }
    assert isinstance(report.differing[0], Difference)
    with pytest.raises(UnknownTopicOrPartitionError):
        await produce_to_unknown(kafka.bootstrap)
    await admin.close()


async def test_settings_are_brought_to_the_declaration_and_partitions_only_when_asked(
    kafka: KafkaCluster,
) -> None:
    name = "nz.altered.events"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    others = {"cleanup.policy": "compact", "max.message.bytes": "500000", "segment.ms": "3600000"}
    await admin.create_topics([NewTopic(name, 2, 1, topic_configs=others)])
    await admin.close()
    wanted = [Topic(name=name, partitions=6, retention_days=30, cleanup="delete")]

    changed = await alter_topics(bootstrap=kafka.bootstrap, topics=wanted)
    left = (await apply_topics(bootstrap=kafka.bootstrap, topics=wanted)).differing
    raised = await alter_topics(bootstrap=kafka.bootstrap, topics=wanted, raise_partitions=True)
    fewer = [Topic(name=name, partitions=3, retention_days=30, cleanup="delete")]
    refused = await alter_topics(bootstrap=kafka.bootstrap, topics=fewer, raise_partitions=True)

    assert sorted(each.setting for each in changed) == [
        "cleanup.policy",
        "max.message.bytes",
        "retention.ms",
    ]
    assert [(each.setting, each.found) for each in left] == [("partitions", "2")]
    assert [str(each) for each in raised] == [f"{name} partitions: 2 → 6"]
    assert refused == []
    assert (await apply_topics(bootstrap=kafka.bootstrap, topics=wanted)).differing == []
    assert await setting_of(kafka.bootstrap, name, "segment.ms") == "3600000"


async def setting_of(bootstrap: str, topic: str, setting: str) -> str:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    asked = ConfigResource(ConfigResourceType.TOPIC, topic, {setting: ""})
    (answer,) = await admin.describe_configs([asked])
    await admin.close()
    return str(answer.resources[0][4][0][1])


async def produce_to_unknown(bootstrap: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, request_timeout_ms=2000)
    await producer.start()
    try:
        await producer.send_and_wait("no.such.topic", b"x")
    finally:
        await producer.stop()


async def test_a_stopped_cluster_leaves_no_process(folder: Path) -> None:
    async with KafkaCluster(folder=folder) as cluster:
        pid = cluster.pids[1]

    assert cluster.pids == {}
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_clients_are_told_the_ports_of_what_stands_before_the_brokers(folder: Path) -> None:
    async with KafkaCluster(folder=folder, told_ports={1: 47_001}) as cluster:
        client = AIOKafkaClient(bootstrap_servers=f"127.0.0.1:{cluster.nodes[0].port}")
        await client.bootstrap()
        told = [(broker.host, broker.port) for broker in client.cluster.brokers()]
        await client.close()

    assert cluster.bootstrap == "127.0.0.1:47001"
    assert told == [("127.0.0.1", 47_001)]


async def described(bootstrap: str) -> tuple[set[int], set[str], dict[str, str]]:
    """Return how many copies partitions have, how many must have a write, and the settings of the topic."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    rows = await admin.describe_topics([topic.name for topic in declared_topics()])
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, TOPIC)])
    await admin.close()
    settings = {entry[0]: str(entry[1]) for answer in answers for entry in answer.resources[0][4]}
    copies = {len(partition["replicas"]) for row in rows for partition in row["partitions"]}
    partitions = {f"{row['topic']} {len(row['partitions'])}" for row in rows}
    return copies, partitions, settings


@pytest.mark.slow
async def test_three_brokers_keep_three_copies_and_lose_nothing_when_one_is_killed(folder: Path) -> None:
    async with KafkaCluster(folder=folder, brokers=3) as cluster:
        await apply_topics(bootstrap=cluster.bootstrap, topics=declared_topics())
        copies, partitions, settings = await described(cluster.bootstrap)
        await produce(cluster.bootstrap, [b"one"])
        await cluster.kill_broker(1)
        await produce(cluster.bootstrap, [b"two"])

        assert await consume(cluster.bootstrap, 2) == [b"one", b"two"]
        assert copies == {3}
        assert partitions == {f"{topic.name} {topic.partitions}" for topic in declared_topics()}
        assert settings["min.insync.replicas"] == "2"
        assert (settings["retention.ms"], settings["cleanup.policy"]) == ("2592000000", "delete")
        await cluster.kill_broker(2)
        with pytest.raises((KafkaError, TimeoutError)):
            await asyncio.wait_for(produce_impatiently(cluster.bootstrap), 10)
        # Alone it has no quorum to leave in order.
        await cluster.kill_broker(3)


async def produce_impatiently(bootstrap: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", request_timeout_ms=3_000)
    await producer.start()
    try:
        await producer.send_and_wait(TOPIC, b"three", key=b"subject")
    finally:
        await producer.stop()
