"""What the probes of a message process see: loops that hang, and a database or a bus that is away."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final

import httpx
import pytest
from messaging.doubles import note
from sample_service import SAMPLE, ThingNamed

from shared.clusters import free_ports
from shared.messaging import Bus, KafkaBus, KafkaSettings, Message, Subscription
from shared.observing import exposing
from shared.process import Worker
from shared.settings import MetricsSettings
from shared.storage import Database
from shared.testing import ServiceDatabase

SILENCE_SECONDS: Final = 1.5
LISTENING: Final = replace(SAMPLE, subscriptions={ThingNamed: note})
LOOPS: Final = {"sample.relay", "sample.consumer", "sample.tasks"}


class DeafBus:
    """Takes a subscription and never answers it, as a loop that hangs."""

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:  # noqa: ARG002
        """Take nothing, and never say so."""
        await asyncio.Future[None]()

    async def subscribe(self, *, group: str, topics: Collection[str]) -> Subscription:  # noqa: ARG002
        return await asyncio.Future[Subscription]()

    async def close(self) -> None:
        """Hold nothing."""


@asynccontextmanager
async def probed(database: Database, bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """Run a message side whose loops must come round within SILENCE_SECONDS; yield a client of its port."""
    worker = Worker(service=LISTENING, database=database, bus=bus, tenant="610703")
    (port,) = free_ports()
    health = replace(worker.health, most_silence_seconds=SILENCE_SECONDS)
    running = asyncio.create_task(worker.run())
    try:
        async with (
            exposing(MetricsSettings(metrics_port=port), sources=[worker.figures], healths=[health]),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client,
        ):
            yield client
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def asked(client: httpx.AsyncClient, path: str) -> tuple[int, dict[str, bool]]:
    answer = await client.get(path)
    told: dict[str, Any] = answer.json()
    assert (told["status"] == "ok") == (answer.status_code == 200)
    return answer.status_code, told["parts"]


@pytest.fixture
def dead_kafka() -> KafkaBus:
    """Return a bus at an address where nobody listens."""
    return KafkaBus(KafkaSettings(servers=f"127.0.0.1:{free_ports()[0]}", client_id="sample"))


async def test_a_loop_that_hangs_is_named_and_fails_both_probes(service_database: ServiceDatabase) -> None:
    async with probed(service_database.database, DeafBus()) as client:
        at_first = await asked(client, "/health/live")
        await asyncio.sleep(SILENCE_SECONDS * 1.5)
        live, ready = await asked(client, "/health/live"), await asked(client, "/health/ready")

    assert at_first == (200, dict.fromkeys(LOOPS, True))
    assert live == (503, dict.fromkeys(LOOPS, True) | {"sample.consumer": False})
    assert ready == (503, {**live[1], "sample.database": True})


async def test_a_bus_that_is_away_is_no_reason_to_start_anew(
    service_database: ServiceDatabase, dead_kafka: KafkaBus
) -> None:
    async with probed(service_database.database, dead_kafka) as client:
        await asyncio.sleep(SILENCE_SECONDS * 1.5)
        live, ready = await asked(client, "/health/live"), await asked(client, "/health/ready")

    assert live == (200, dict.fromkeys(LOOPS, True))
    assert ready == (200, {**live[1], "sample.database": True})


async def test_a_database_that_is_away_makes_it_unready_and_no_more(dead_kafka: KafkaBus) -> None:
    nowhere = Database(
        dsn=f"postgresql://sample@127.0.0.1:{free_ports()[0]}/none", schema="sample", pool_min=0
    )
    await nowhere.open()
    async with probed(nowhere, dead_kafka) as client:
        await asyncio.sleep(SILENCE_SECONDS * 1.5)
        live, ready = await asked(client, "/health/live"), await asked(client, "/health/ready")
    await nowhere.close()

    assert live == (200, dict.fromkeys(LOOPS, True))
    assert ready == (503, {**live[1], "sample.database": False})


async def test_the_port_answers_nothing_else(service_database: ServiceDatabase, dead_kafka: KafkaBus) -> None:
    async with probed(service_database.database, dead_kafka) as client:
        statuses = [
            (await client.request(method, path)).status_code
            for method, path in (
                ("GET", "/"),
                ("GET", "/health"),
                ("POST", "/health/live"),
                ("GET", "/metrics"),
            )
        ]

    assert statuses == [404, 404, 404, 200]
