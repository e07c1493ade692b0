"""The bus on Kafka: one publisher, and a consumer per subscription."""

from collections.abc import Collection, Sequence

from shared.messaging.envelope import Message
from shared.messaging.kafka.publisher import PUBLISH_SECONDS, Publisher
from shared.messaging.kafka.settings import KafkaSettings
from shared.messaging.kafka.subscription import KafkaSubscription

__all__ = ["KafkaBus"]


class KafkaBus:
    """The bus of one process. Topics must have been declared (`shared.clusters.apply_topics`)."""

    def __init__(self, settings: KafkaSettings, *, publish_seconds: float = PUBLISH_SECONDS) -> None:
        """Take the settings; connects when it is first used."""
        self._settings = settings
        self._publisher = Publisher(settings, publish_seconds=publish_seconds)

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        """Return when all replicas in sync have the messages; raise BusUnavailable when that is uncertain."""
        if messages:
            await self._publisher.publish(topic=topic, messages=messages)

    async def subscribe(self, *, group: str, topics: Collection[str]) -> KafkaSubscription:
        """Join a group; partitions are shared among its members."""
        subscription = KafkaSubscription(self._settings.consumer(group))
        await subscription.open(topics)
        return subscription

    async def close(self) -> None:
        """Close the producer."""
        await self._publisher.close()
