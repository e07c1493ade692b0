"""How many facts a second have their effect: the estate file set by set, and a command for each fact."""

import asyncio
import time

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintAccepted,
    ComplaintReceived,
    ComplaintResolved,
)
from shared.kernel import new_id, seldom_swept
from shared.messaging import Consumer, ConsumerLimits, Subscriptions
from shared.storage import Query, Work
from supervision.reactions import SUBSCRIPTIONS
from supervision.tables import meeting_cases
from tests.bench.backbone.relaying import EVENTS
from tests.bench.backbone.surroundings import Surroundings, bus_of
from tests.bench.figures import Figure

Told = ComplaintReceived | ComplaintAccepted | ComplaintResolved | CallbackCompleted
ONE_BY_ONE = EVENTS // 2
PATIENCE_SECONDS = 60
_PUT = Query(insert(meeting_cases).values(case_id=bindparam("case_id"), meeting_id=bindparam("meeting_id")))


async def effects(ground: Surroundings) -> list[Figure]:
    """Apply what the relay carried, from the first message of the topic on."""
    kinds = (ComplaintReceived, ComplaintAccepted, ComplaintResolved, CallbackCompleted)
    # As every process of a service does.
    with seldom_swept():
        by_sets = await _applied(ground, SUBSCRIPTIONS, group="supervision", count=EVENTS)
        singly = await _applied(ground, dict.fromkeys(kinds, _put), group="one-by-one", count=ONE_BY_ONE)
    return [
        Figure(name="effects", value=by_sets, unit="1/s", goal=20_000),
        Figure(name="effects-one-by-one", value=singly, unit="1/s", goal=5_000),
    ]


async def _put(work: Work, event: Told) -> None:
    await work.execute(_PUT, case_id=event.case_id, meeting_id=new_id())


async def _applied(ground: Surroundings, subscriptions: Subscriptions, *, group: str, count: int) -> int:
    bus = bus_of("kafka", ground.bootstrap, ground.listening)
    consumer = Consumer(
        database=ground.listening,
        bus=bus,
        group=group,
        subscriptions=subscriptions,
        limits=ConsumerLimits(batch=1_000),
    )
    task = asyncio.create_task(consumer.run())
    await _reached(consumer, 1)
    started, before = time.perf_counter(), consumer.metrics.applied
    await _reached(consumer, count)
    rate = (consumer.metrics.applied - before) / (time.perf_counter() - started)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await bus.close()
    return round(rate)


async def _reached(consumer: Consumer, applied: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while consumer.metrics.applied < applied:  # noqa: ASYNC110 - a counter has no event
            await asyncio.sleep(0.005)
