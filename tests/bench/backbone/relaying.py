"""How fast the relay empties a full outbox into Kafka, beside a bare producer of the same bytes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from shared.messaging import KafkaSettings, Relay
from shared.messaging.outbox import Outbox
from tests.bench.backbone.surroundings import BARE, TENANT, Surroundings, bus_of
from tests.bench.backbone.telling import FACTS_EACH, tell
from tests.bench.figures import Figure

EVENTS = 100_000
SAMPLE = 20_000
AT_ONCE = 1_000
ROUNDS = 2
# Key, value, headers: what a message of ours is on the wire.
Sent = tuple[bytes, bytes, list[tuple[str, bytes]]]


async def relaying(ground: Surroundings) -> list[Figure]:
    await tell(ground.telling, EVENTS // FACTS_EACH)
    messages = await _messages(ground)
    # The first round of each warms the broker up.
    sends = [await _bare(ground, messages, _by_send) for _ in range(ROUNDS)]
    batches = [await _bare(ground, messages, _by_batch) for _ in range(ROUNDS)]
    value = await _drained(ground)
    return [
        Figure(name="relay", value=value, unit="1/s", limit=max(sends), goal=0.5),
        Figure(name="relay-of-send-batch", value=value, unit="1/s", limit=max(batches)),
        Figure(name="relay-a-second", value=value, unit="1/s", goal=30_000),
    ]


async def _messages(ground: Surroundings) -> list[Sent]:
    """Return what the relay will send, over and over to the full number."""
    connection = await ground.telling.connect()
    outbox = Outbox(connection=connection, source="/dispute-mediation", tenant=TENANT)
    await outbox.prepare()
    waiting = await outbox.read(SAMPLE)
    await connection.close()
    found = [
        (each.message.subject.encode(), each.message.data, each.message.kafka_headers()) for each in waiting
    ]
    return found * (EVENTS // SAMPLE)


async def _drained(ground: Surroundings) -> int:
    bus = bus_of("kafka", ground.bootstrap, ground.telling)
    # Connects and warms up: what is measured is the rest.
    relay = Relay(database=ground.telling, bus=bus, tenant=TENANT)
    task = asyncio.create_task(relay.run())
    await _reached(relay, AT_ONCE)
    started, before = time.perf_counter(), relay.metrics.published
    await _reached(relay, EVENTS)
    rate = (relay.metrics.published - before) / (time.perf_counter() - started)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await bus.close()
    return round(rate)


async def _reached(relay: Relay, published: int) -> None:
    async with asyncio.timeout(120):
        while relay.metrics.published < published:  # noqa: ASYNC110 - a counter has no event
            await asyncio.sleep(0.005)


Send = Callable[[AIOKafkaProducer, Sequence[Sent]], Awaitable[None]]


async def _bare(ground: Surroundings, messages: Sequence[Sent], send: Send) -> int:
    producer = KafkaSettings(servers=ground.bootstrap, client_id="bare").producer()
    await producer.start()
    await producer.partitions_for(BARE.name)
    started = time.perf_counter()
    await send(producer, messages)
    rate = len(messages) / (time.perf_counter() - started)
    await producer.stop()
    return round(rate)


async def _by_send(producer: AIOKafkaProducer, messages: Sequence[Sent]) -> None:
    for start in range(0, len(messages), AT_ONCE):
        sent = [
            await producer.send(BARE.name, key=key, value=value, headers=headers)
            for key, value, headers in messages[start : start + AT_ONCE]
        ]
        await asyncio.gather(*sent)


async def _by_batch(producer: AIOKafkaProducer, messages: Sequence[Sent]) -> None:
    """Send whole batches, nothing awaited before the end: the most the library can do."""
    filling: dict[int, Any] = {}
    sent = []
    for key, value, headers in messages:
        partition = (murmur2(key) & 0x7FFFFFFF) % BARE.partitions
        builder = filling.get(partition) or filling.setdefault(partition, producer.create_batch())
        if builder.append(timestamp=None, key=key, value=value, headers=headers) is None:
            builder.close()
            sent.append(await producer.send_batch(builder, BARE.name, partition=partition))
            filling[partition] = producer.create_batch()
            filling[partition].append(timestamp=None, key=key, value=value, headers=headers)
    for partition, builder in filling.items():
        sent.append(await producer.send_batch(builder, BARE.name, partition=partition))
    await asyncio.gather(*sent)
