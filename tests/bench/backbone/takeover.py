"""kill -9 of the leading relay: how soon the first event recorded after it has its effect."""

import asyncio
import time

from tests.bench.backbone.surroundings import Surroundings
from tests.bench.backbone.way import Way
from tests.bench.figures import Figure

RATE = 200
BEFORE_SECONDS = 2
AFTER_SECONDS = 4


async def takeover(ground: Surroundings) -> list[Figure]:
    async with Way.opened(ground, "kafka") as way:
        await way.add_standby()
        writing = asyncio.create_task(way.write(rate=RATE, seconds=BEFORE_SECONDS + AFTER_SECONDS))
        await asyncio.sleep(BEFORE_SECONDS)
        way.relays[0].kill()
        killed = time.time()
        await writing
        await way.settled()
        first = min(applied - killed for due, applied in await way.heard() if due > killed)
    return [Figure(name="first-after-kill", value=round(first, 2), unit="s", goal=2)]
