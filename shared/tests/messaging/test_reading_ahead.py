"""Reading ahead: the next batch is read while one is applied, and no guarantee is lost by it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from messaging.doubles import GROUP, TOPIC, effects, eventually, message, note, running
from sample_service import ThingNamed

from shared.messaging import BusUnavailable, Consumer, ConsumerLimits, Delivery, PostgresBus
from shared.storage import Database, Work

BATCH = 5
REFUSED = "poison"


@dataclass
class Watched:
    """A bus that notes what its subscription hands out, and does at the next polls what is planned."""

    inner: PostgresBus
    polls: list[list[Delivery]] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)
    away_at: int | None = None

    async def subscribe(self, **given: object) -> "Watched":
        self.subscription = await self.inner.subscribe(**given)  # type: ignore[arg-type]
        self.commit, self.close = self.subscription.commit, self.subscription.close
        return self

    async def poll(self, *, limit: int, timeout_seconds: float) -> list[Delivery]:
        if len(self.polls) == self.away_at:
            self.away_at = None
            raise BusUnavailable
        self.polls.append(await self.subscription.poll(limit=limit, timeout_seconds=timeout_seconds))
        return self.polls[-1]

    def held(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        return [each for each in self.subscription.held(deliveries) if each.position not in self.lost]

    def handed_out(self) -> int:
        return sum(map(len, self.polls))


@dataclass
class Slow:
    """A reaction that waits until it is let go on."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, work: Work, event: ThingNamed) -> None:
        self.begun.set()
        await self.go_on.wait()
        await note(work, event)


@pytest.fixture
def bus(wired: Database) -> Watched:
    return Watched(PostgresBus(wired))


def consumer_on(bus: Watched, database: Database, reaction: object = note) -> Consumer:
    return Consumer(
        database=database,
        bus=bus,  # type: ignore[arg-type]
        group=GROUP,
        subscriptions={ThingNamed: reaction},  # type: ignore[dict-item]
        limits=ConsumerLimits(batch=BATCH, poll_seconds=0.1),
    )


async def publish(bus: Watched, count: int) -> list[str]:
    names = [f"{number}" for number in range(1, count + 1)]
    sent = [message(f"{number % 3}", number, name) for number, name in enumerate(names)]
    await bus.inner.publish(topic=TOPIC, messages=sent)
    return names


async def committed(database: Database) -> int:
    position: int = await database.pool.fetchval("SELECT position FROM bus.positions")
    return position


async def applied(database: Database, count: int) -> bool:
    return len(await effects(database)) >= count


async def handed_out(bus: Watched, count: int) -> bool:
    return bus.handed_out() >= count


async def test_while_a_full_batch_is_applied_the_next_is_read_but_not_committed(
    wired: Database, bus: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.consumer.GRACE_SECONDS", 0.0)
    names, slow = await publish(bus, 3 * BATCH), Slow()

    async with running(consumer_on(bus, wired, slow).run()):
        await eventually(partial(handed_out, bus, 2 * BATCH))
        ahead = (await committed(wired), await effects(wired), bus.handed_out())
    async with running(consumer_on(bus, wired).run()):
        await eventually(partial(applied, wired, len(names)))

    # No more than one batch is ahead; ended in the middle, it all came again, in order.
    assert ahead == (0, [], 2 * BATCH)
    assert await effects(wired) == names


async def test_the_place_committed_is_that_of_what_was_applied(wired: Database, bus: Watched) -> None:
    names, second = await publish(bus, 2 * BATCH), Slow()

    async def slow_from_the_second_batch(work: Work, event: ThingNamed) -> None:
        await (second if int(event.called) > BATCH else note)(work, event)

    async with running(consumer_on(bus, wired, slow_from_the_second_batch).run()):
        await second.begun.wait()
        between = (await committed(wired), bus.handed_out())
        second.go_on.set()
        await eventually(partial(is_committed, wired, len(names)))

    assert between == (BATCH, 2 * BATCH)
    assert await effects(wired) == names


async def is_committed(database: Database, position: int) -> bool:
    return await committed(database) == position


async def test_after_a_batch_that_is_not_full_nothing_is_read_ahead(wired: Database, bus: Watched) -> None:
    await publish(bus, BATCH - 1)
    slow = Slow()

    async with running(consumer_on(bus, wired, slow).run()):
        await slow.begun.wait()
        await publish(bus, BATCH)
        await asyncio.sleep(0.2)
        handed = bus.handed_out()
        slow.go_on.set()

    assert handed == BATCH - 1


async def test_what_was_taken_away_meanwhile_is_not_applied(wired: Database, bus: Watched) -> None:
    names, slow = await publish(bus, 2 * BATCH), Slow()

    async with running(consumer_on(bus, wired, slow).run()):
        await eventually(partial(handed_out, bus, 2 * BATCH))
        # Of what was read ahead some has gone to another member.
        bus.lost = {BATCH + 1, BATCH + 2}
        slow.go_on.set()
        await eventually(partial(is_committed, wired, 2 * BATCH))

    assert await effects(wired) == [*names[:BATCH], *names[BATCH + 2 :]]


async def test_a_bus_that_goes_away_while_reading_ahead_costs_nothing(wired: Database, bus: Watched) -> None:
    names = await publish(bus, 3 * BATCH)
    bus.away_at = 1
    consumer = consumer_on(bus, wired)

    async with running(consumer.run()):
        await eventually(partial(is_committed, wired, len(names)))

    # The batch under way was applied and committed before the loss was told of.
    assert await effects(wired) == names
    assert (consumer.metrics.failures, consumer.metrics.repeated) == (1, 0)


async def test_what_follows_a_poison_is_parked_though_it_was_read_before(
    wired: Database, bus: Watched
) -> None:
    sent = [message("bad" if number % 2 else "good", number, f"{number}") for number in range(2 * BATCH)]
    await bus.inner.publish(topic=TOPIC, messages=sent)

    async def refuse_the_first(work: Work, event: ThingNamed) -> None:
        if event.called == "1":
            raise ValueError(REFUSED)
        await note(work, event)

    async with running(consumer_on(bus, wired, refuse_the_first).run()):
        await eventually(partial(is_committed, wired, 2 * BATCH))

    parked = await wired.pool.fetch("SELECT subject_version FROM parked ORDER BY subject_version")
    assert await effects(wired) == [f"{number}" for number in range(0, 2 * BATCH, 2)]
    assert [row["subject_version"] for row in parked] == list(range(1, 2 * BATCH, 2))


async def test_a_fact_that_cannot_be_read_ahead_is_parked_when_its_turn_comes(
    wired: Database, bus: Watched
) -> None:
    names = await publish(bus, BATCH)
    broken = replace(message("broken", 1), data=b'{"thing_id": 7}')
    await bus.inner.publish(topic=TOPIC, messages=[broken, message("later", 1, "later")])

    async with running(consumer_on(bus, wired).run()):
        await eventually(partial(is_committed, wired, BATCH + 2))

    assert await effects(wired) == [*names, "later"]
    assert await wired.pool.fetchval("SELECT error LIKE '%ValidationError%' FROM parked") is True
