"""The bus on Apache Kafka: the distributed form."""

from shared.messaging.kafka.bus import KafkaBus
from shared.messaging.kafka.settings import KafkaSettings

__all__ = ["KafkaBus", "KafkaSettings"]
