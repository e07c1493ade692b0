"""The one factory of Kafka clients. The library's defaults lose data: auto-commit, `latest`, acks=1."""

from dataclasses import dataclass
from typing import Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

__all__ = ["BATCH_BYTES", "KafkaSettings"]

BATCH_BYTES: Final = 256 * 1024
MOST_REQUEST_BYTES: Final = 1024 * 1024
REQUEST_TIMEOUT_MS: Final = 10_000
# A member that fell silent loses its partitions after this; brokers accept no less than six seconds.
SESSION_TIMEOUT_MS: Final = 6_000
HEARTBEAT_MS: Final = 1_000
# A batch may take as long as the database needs to come back.
MOST_POLL_INTERVAL_MS: Final = 600_000
# New topics and partitions are noticed after this.
METADATA_AGE_MS: Final = 10_000
FETCH_WAIT_MS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaSettings:
    """Where the cluster is (`host:port`, separated by commas) and what we call ourselves there."""

    servers: str
    client_id: str

    def producer(self) -> AIOKafkaProducer:
        """Return a producer: acknowledged by all replicas, idempotent, without lingering. Not started."""
        return AIOKafkaProducer(
            bootstrap_servers=self.servers,
            client_id=self.client_id,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=MOST_REQUEST_BYTES,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            metadata_max_age_ms=METADATA_AGE_MS,
        )

    def consumer(self, group: str) -> AIOKafkaConsumer:
        """Return a consumer: positions committed by us alone, from the earliest message. Not started."""
        return AIOKafkaConsumer(
            bootstrap_servers=self.servers,
            client_id=self.client_id,
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            max_poll_interval_ms=MOST_POLL_INTERVAL_MS,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            metadata_max_age_ms=METADATA_AGE_MS,
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )
