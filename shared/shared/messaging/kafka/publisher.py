"""Publishing whole batches: one builder per partition, the partition chosen by the key as Java does.

`send()` makes a future and a header list per message; a builder takes the bytes at once. The partition is the
field's default (murmur2 of the key), so that foreign producers and tools agree with us.

Order: the producer is idempotent and has one request in flight per partition, and the caller waits for the
whole batch. A batch that fails is published again as a whole by a new producer; the old one is destroyed
first, so that it sends nothing later.
"""

import asyncio
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.logging import get_logger
from shared.messaging.bus import BusUnavailable
from shared.messaging.envelope import Message
from shared.messaging.kafka.settings import KafkaSettings

__all__ = ["Publisher"]

# An idempotent producer would try for ever; after this it is given up for a new one.
PUBLISH_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 0.05
REMEMBERED_KEYS: Final = 100_000

_log = get_logger(__name__)

Filled = tuple[int, BatchBuilder]


class Publisher:
    """Holds one producer and replaces it when it fails."""

    def __init__(self, settings: KafkaSettings, *, publish_seconds: float = PUBLISH_SECONDS) -> None:
        """Take the settings; the first publication connects."""
        self._settings = settings
        self._publish_seconds = publish_seconds
        self._producer: AIOKafkaProducer | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        """Return when all replicas in sync have the messages; raise BusUnavailable when that is uncertain."""
        try:
            async with asyncio.timeout(self._publish_seconds):
                await self._send(await self._started(), topic, messages)
        except (KafkaError, OSError) as error:
            await self._abandon()
            message = f"{type(error).__name__}: {error}"
            raise BusUnavailable(message) from error
        except BaseException:
            await self._abandon()
            raise

    async def close(self) -> None:
        """Close the producer; nothing is pending, for every publication waited."""
        await self._abandon()

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = self._settings.producer()
            await self._producer.start()
        return self._producer

    async def _send(self, producer: AIOKafkaProducer, topic: str, messages: Sequence[Message]) -> None:
        partitions = sorted(await producer.partitions_for(topic))
        acknowledgements = [
            await producer.send_batch(builder, topic, partition=partition)
            for partition, builder in _filled(producer, partitions, messages)
        ]
        results = await asyncio.gather(*acknowledgements, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _abandon(self) -> None:
        """Destroy the producer without waiting for what it could not send."""
        producer, self._producer = self._producer, None
        if producer is None:
            return
        ending = asyncio.create_task(_end(producer))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        # A second cancellation must not leave it half destroyed.
        await asyncio.shield(ending)


async def _end(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await _destroy(producer)
    except (TimeoutError, KafkaError) as error:
        _log.warning("a producer did not stop in order", error=f"{type(error).__name__}: {error}")


async def _destroy(producer: AIOKafkaProducer) -> None:
    """Stop a producer that may hold what an unreachable broker did not take.

    `stop()` alone would wait for the broker, and send what the caller sends again. So the sender is ended
    first, with the connections under it, and then what is left is forgotten: in another order the sender's
    own bookkeeping breaks. There is no public way to do this.
    """
    ending = asyncio.create_task(producer._sender.close())  # noqa: SLF001
    await asyncio.sleep(0)
    await producer.client.close()
    while not ending.done():
        _let_go_of_metadata(producer.client)
        await asyncio.wait([ending], timeout=LOOK_SECONDS)
    await ending
    producer._message_accumulator._batches.clear()  # noqa: SLF001
    producer._message_accumulator._pending_batches.clear()  # noqa: SLF001
    await producer.stop()


def _let_go_of_metadata(client: AIOKafkaClient) -> None:
    """Free who waits for metadata: a closed client fetches none, and its waiters would wait for ever."""
    waiting = client._md_update_fut  # noqa: SLF001
    if waiting is not None and not waiting.done():
        waiting.set_result(False)
        client._md_update_fut = None  # noqa: SLF001


def _filled(
    producer: AIOKafkaProducer, partitions: list[int], messages: Sequence[Message]
) -> Iterator[Filled]:
    """Yield builders in the order of their messages: full ones, then what is left of each partition."""
    filling: dict[int, BatchBuilder] = {}
    for message in messages:
        key = message.subject.encode()
        partition = partitions[_hash_of(key) % len(partitions)]
        builder = filling.get(partition)
        if builder is None or not _append(builder, key, message):
            if builder is not None:
                builder.close()
                yield partition, builder
            filling[partition] = producer.create_batch()
            _append(filling[partition], key, message)
    yield from filling.items()


def _append(builder: BatchBuilder, key: bytes, message: Message) -> bool:
    metadata = builder.append(timestamp=None, key=key, value=message.data, headers=message.kafka_headers())
    return metadata is not None


@lru_cache(maxsize=REMEMBERED_KEYS)
def _hash_of(key: bytes) -> int:
    hashed: int = murmur2(key) & 0x7FFFFFFF
    return hashed
