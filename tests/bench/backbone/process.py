"""One half of the way as a process of its own, as in production.

python -m tests.bench.backbone.process relay DSN BUS BOOTSTRAP
python -m tests.bench.backbone.process listen DSN BUS BOOTSTRAP FILE   # when recorded, when applied
"""

import asyncio
import json
import signal
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path

from dispute_mediation.main import SERVICE as TELLING
from shared.kernel import sweep_seldom
from shared.messaging import Consumer, Relay
from shared.messaging.reading_ahead import Batch
from supervision.main import SERVICE as LISTENING
from tests.bench.backbone.surroundings import TENANT, bus_of, database_of


@dataclass(kw_only=True)
class Timed(Consumer):
    """Notes when each message was applied."""

    heard: list[tuple[float, float]] = field(default_factory=list)

    async def take_batch(self, batch: Batch) -> None:
        await super().take_batch(batch)
        now = time.time()
        self.heard += [(each.message().time.timestamp(), now) for each in batch.deliveries]


async def relay(dsn: str, kind: str, bootstrap: str) -> None:
    database = database_of(dsn, TELLING)
    await database.open()
    bus = bus_of(kind, bootstrap, database)
    await _until_stopped(Relay(database=database, bus=bus, tenant=TENANT).run())
    await bus.close()


async def listen(dsn: str, kind: str, bootstrap: str, file: str) -> None:
    database = database_of(dsn, LISTENING)
    await database.open()
    bus = bus_of(kind, bootstrap, database)
    consumer = Timed(
        database=database,
        bus=bus,
        group=database.schema,
        subscriptions=LISTENING.subscriptions,
    )
    await _until_stopped(consumer.run())
    await bus.close()
    await asyncio.to_thread(Path(file).write_text, json.dumps(consumer.heard))


async def _until_stopped(work: Coroutine[object, object, None]) -> None:
    task = asyncio.create_task(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await asyncio.gather(task, return_exceptions=True)


if __name__ == "__main__":
    part = relay if sys.argv[1] == "relay" else listen
    sweep_seldom()
    asyncio.run(part(*sys.argv[2:]))
