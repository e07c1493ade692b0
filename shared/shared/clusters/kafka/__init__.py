"""A real Apache Kafka, for tests and for a developer's machine."""

from shared.clusters.kafka.cluster import KafkaCluster
from shared.clusters.kafka.installation import LIBS, install, jars_present, kafka_available

__all__ = ["LIBS", "KafkaCluster", "install", "jars_present", "kafka_available"]
