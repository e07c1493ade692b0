"""The whole story through HAProxy, a process for each service, and a real Kafka."""

import asyncio

import httpx
import pytest

from onebox.client import Client
from onebox.distributed import Distributed
from onebox.story import tell

pytestmark = [pytest.mark.distributed, pytest.mark.kafka]

LEAST_STEPS = 15


async def test_the_story_is_told_through_every_process(platform: Distributed) -> None:
    async with Client(platform.url, verify=platform.trust) as client:
        told = await tell(client, tokens=platform.tokens, say=lambda _line: None)

    assert told["steps"] >= LEAST_STEPS
    assert told["paid_fen"] > 0


async def test_the_story_goes_on_after_message_processes_were_killed(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    victims = [platform.processes[f"{name}.work"] for name in ("credit-rating", "supervision")]
    async with Client(platform.url, verify=platform.trust) as client:
        telling = asyncio.create_task(tell(client, tokens=platform.tokens, say=lambda _line: None))
        await asyncio.sleep(1)
        for victim in victims:
            await victim.kill()
            await victim.start()
        told = await telling

    assert told["steps"] >= LEAST_STEPS
    assert (await edge.get("/health/ready")).status_code == 200
