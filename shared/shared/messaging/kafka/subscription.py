"""A member of a Kafka consumer group. Positions are committed by us alone, after the effect."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from shared.logging import get_logger
from shared.messaging.bus import BusUnavailable, Delivery

__all__ = ["KafkaSubscription"]

CLOSE_SECONDS: Final = 15.0
LOOK_SECONDS: Final = 2.0

_log = get_logger(__name__)


class KafkaSubscription:
    """Hands out records and remembers how far, per partition it still holds."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        """Take a consumer that is not started."""
        self._consumer = consumer
        self._handed: dict[TopicPartition, range] = {}
        self._turn = 0

    async def open(self, topics: Collection[str]) -> None:
        """Join the group; raise BusUnavailable when the cluster cannot be reached."""
        self._consumer.subscribe(topics=sorted(topics), listener=_Forgetting(self._handed))
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await self.close()
            raise BusUnavailable(str(error)) from error
        except BaseException:
            # Told to stop while joining: a member left behind would keep its partitions and read nothing.
            await self.close()
            raise

    async def poll(self, *, limit: int, timeout_seconds: float) -> list[Delivery]:
        """Return the next records, or none when the time is over; partitions share the limit."""
        try:
            first = await self._taken(limit=1, wait_ms=int(timeout_seconds * 1000))
            found = [*first, *await self._shared_out(limit - 1)] if first else first
        except (KafkaError, OSError) as error:
            raise BusUnavailable(str(error)) from error
        return [_delivery(record) for record in found]

    async def commit(self, done: Sequence[Delivery]) -> None:
        """Commit how far the partitions still held are dealt with; raise BusUnavailable when that fails.

        After a rebalance there is nothing to commit: those messages come again, here or to another member.
        """
        last = {(each.topic, each.partition): each for each in done}
        held, assigned = self.held(list(last.values())), self._consumer.assignment()
        places = {TopicPartition(each.topic, each.partition): each.position + 1 for each in held}
        offsets = {place: offset for place, offset in places.items() if place in assigned}
        if not offsets:
            return
        try:
            await self._consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError) as error:
            _log.info("positions lost to a rebalance", error=str(error))
        except (KafkaError, OSError) as error:
            raise BusUnavailable(str(error)) from error

    def held(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Return those handed out since their partition came to this member the last time."""
        nothing = range(0)
        return [
            each
            for each in deliveries
            if each.position in self._handed.get(TopicPartition(each.topic, each.partition), nothing)
        ]

    async def _shared_out(self, limit: int) -> list[ConsumerRecord]:
        """Take at most `limit` records: an equal share of each partition, then again of those that had it.

        The library alone would empty one partition, of what it holds ready, before it comes to the next.
        """
        found: list[ConsumerRecord] = []
        places = self._in_turn()
        while places and len(found) < limit:
            share = max(1, (limit - len(found)) // len(places))
            richer = []
            for place in places:
                records = await self._taken(place, limit=min(share, limit - len(found)))
                found += records
                if len(records) == share:
                    richer.append(place)
                if len(found) == limit:
                    break
            places = richer
        return found

    def _in_turn(self) -> list[TopicPartition]:
        """Return the partitions held, another one first each time: a small limit does not reach them all."""
        places = sorted(self._consumer.assignment())
        self._turn += 1
        start = self._turn % max(1, len(places))
        return places[start:] + places[:start]

    async def _taken(self, *places: TopicPartition, limit: int, wait_ms: int = 0) -> list[ConsumerRecord]:
        found = await self._consumer.getmany(*places, timeout_ms=wait_ms, max_records=limit)
        for place, records in found.items():
            first = self._handed[place].start if place in self._handed else records[0].offset
            self._handed[place] = range(first, records[-1].offset + 1)
        return [record for records in found.values() for record in records]

    async def lags(self) -> Mapping[tuple[str, int], int]:
        """Return how many records are not committed, by partition held; raise BusUnavailable."""
        held = list(self._consumer.assignment())
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                ends = await self._consumer.end_offsets(held) if held else {}
                done = {place: await self._consumer.committed(place) for place in held}
        except (KafkaError, OSError) as error:
            raise BusUnavailable(str(error)) from error
        return {(place.topic, place.partition): ends[place] - (done[place] or 0) for place in held}

    async def close(self) -> None:
        """Leave the group; a cluster that does not answer is left after CLOSE_SECONDS."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._consumer.stop()
        except (TimeoutError, KafkaError) as error:
            _log.warning("left the group without saying so", error=str(error))


class _Forgetting(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka carries no types
    """Forgets what was handed out of revoked partitions: their new owner decides how far they are."""

    def __init__(self, handed: dict[TopicPartition, range]) -> None:
        self._handed = handed

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        for place in revoked:
            self._handed.pop(place, None)

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Do nothing: reading goes on from the committed positions."""


def _delivery(record: ConsumerRecord) -> Delivery:
    return Delivery(
        topic=record.topic,
        partition=record.partition,
        position=record.offset,
        key=_text(record.key),
        headers={name: _text(value) for name, value in record.headers},
        data=record.value or b"",
        written_ms=record.timestamp,
    )


def _text(value: bytes | None) -> str:
    # Foreign bytes must not stop the reading: what is no UTF-8 fails later, where it can be parked.
    # A zero byte is text that PostgreSQL cannot store.
    return (value or b"").decode(errors="replace").replace("\0", "\ufffd")
