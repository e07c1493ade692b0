"""What the tests of this room share: messages, a consumer's effects, buses that fail on purpose."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final
from uuid import UUID

from sample_service import Thing, ThingNamed

from shared.contracts import Event
from shared.kernel import Actor, new_id
from shared.messaging import Bus, BusUnavailable, Delivery, Message, Subscription, dataschema_of
from shared.storage import Database, Occasion, Work
from shared.testing.clock import NOON

PATIENCE_SECONDS: Final = 45.0
TOPIC: Final = "nz.sample.events"
GROUP: Final = "listener"
EFFECTS: Final = """
CREATE TABLE sample.effects (n bigint GENERATED ALWAYS AS IDENTITY, subject text, called text);
GRANT SELECT, INSERT ON sample.effects TO sample;
"""


class ThingLost(Event):
    """A fact that no test subscribes to."""

    name: ClassVar[str] = "nz.sample.ThingLost.v1"

    thing_id: UUID


def occasion() -> Occasion:
    return Occasion(actor=Actor.system("test"), now=NOON, traceparent=None)


def message(subject: str, version: int, called: str = "roof", *, fact: Event | None = None) -> Message:
    event = fact or ThingNamed(thing_id=UUID(int=1), called=called)
    return Message(
        id=new_id(),
        source="/sample",
        type=event.name,
        subject=subject,
        subject_version=version,
        time=NOON,
        territory="610703",
        role="R11",
        tenant="610703",
        schema_version=1,
        dataschema=dataschema_of(event.name),
        pii_level=0,
        data=event.model_dump_json().encode(),
        unit="610703:住建局",
    )


def delivery_of(sent: Message, *, position: int = 1) -> Delivery:
    return Delivery(
        topic=TOPIC, partition=0, position=position, key=sent.subject, headers=sent.headers(), data=sent.data
    )


def deliveries_of(*sent: Message) -> list[Delivery]:
    return [delivery_of(each, position=position) for position, each in enumerate(sent, start=1)]


async def note(work: Work, event: ThingNamed) -> None:
    """Leave a visible effect, one more each time."""
    await work.connection.execute(
        "INSERT INTO effects (subject, called) VALUES ($1, $2)", str(event.thing_id), event.called
    )


async def effects(database: Database) -> list[str]:
    return [row["called"] for row in await database.pool.fetch("SELECT called FROM effects ORDER BY n")]


async def say(database: Database, *called: str, thing: Thing | None = None) -> Thing:
    """Record facts about one thing, in one transaction."""
    about = thing or Thing(id=new_id(), name="thing", territory="610703001")
    async with database.begin(occasion()) as work:
        for name in called:
            work.publish(ThingNamed(thing_id=about.id, called=name), about=about)
    return about


async def outbox_size(database: Database) -> int:
    size: int = await database.pool.fetchval("SELECT count(*) FROM outbox")
    return size


async def eventually(
    holds: Callable[[], Awaitable[bool]], *, within_seconds: float = PATIENCE_SECONDS
) -> None:
    async with asyncio.timeout(within_seconds):
        while not await holds():  # noqa: ASYNC110 - what is waited for lies in the database
            await asyncio.sleep(0.02)


@contextlib.asynccontextmanager
async def running(*work: Coroutine[object, object, None]) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.create_task(each) for each in work]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def drain(subscription: Subscription, count: int, *, limit: int = 50) -> list[Delivery]:
    """Poll until so many have come."""
    found: list[Delivery] = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(found) < count:
            found += await subscription.poll(limit=limit, timeout_seconds=0.5)
    return found


class PlannedCrash(Exception):  # noqa: N818 - names what it is
    """Raised where a test plants a crash."""


@dataclass
class FaultyBus:
    """A bus that is away while `away`, and crashes after the next `crashes` publications that arrived."""

    inner: Bus
    away: bool = False
    crashes: int = 0
    largest: int = 0
    published: list[Message] = field(default_factory=list)

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        self.largest = max(self.largest, len(messages))
        if self.away:
            raise BusUnavailable
        await self.inner.publish(topic=topic, messages=messages)
        self.published += messages
        if self.crashes:
            self.crashes -= 1
            raise PlannedCrash

    async def subscribe(self, *, group: str, topics: Collection[str]) -> Subscription:
        return await self.inner.subscribe(group=group, topics=topics)

    async def close(self) -> None:
        await self.inner.close()
