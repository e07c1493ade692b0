"""Whether a broker answers, and whom it knows: asked by Kafka's own protocol."""

import asyncio
import time
from typing import Final

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from shared.clusters.errors import ServerSlow
from shared.clusters.kafka.configuration import HOST, Node

__all__ = ["all_met", "brokers_known_to"]

_MEET_SECONDS: Final = 60
_POLL_SECONDS: Final = 0.1


async def brokers_known_to(node: Node) -> int:
    """Return how many brokers this one knows, itself among them; 0 when it does not answer."""
    client = AIOKafkaClient(bootstrap_servers=f"{HOST}:{node.port}")
    try:
        await client.bootstrap()
        return len(client.cluster.brokers())
    except (KafkaError, OSError):
        return 0
    finally:
        await client.close()


async def all_met(node: Node, *, count: int) -> None:
    """Wait until a broker knows so many; raises ServerSlow."""
    latest = time.monotonic() + _MEET_SECONDS
    while await brokers_known_to(node) < count:
        if time.monotonic() > latest:
            raise ServerSlow(server="Kafka", seconds=_MEET_SECONDS, log=node.log)
        await asyncio.sleep(_POLL_SECONDS)
