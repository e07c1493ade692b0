import asyncio
from uuid import uuid4

import pytest
from messaging.doubles import (
    GROUP,
    TOPIC,
    deliveries_of,
    effects,
    message,
    note,
    occasion,
)
from sample_service import ThingNamed

from shared.messaging import (
    PARKED,
    AlreadyDecided,
    Consumer,
    Message,
    NotParked,
    ParkedEvent,
    PostgresBus,
    Replayed,
    drop_parked,
    parked_of,
    replay_parked,
    show_parked,
)
from shared.storage import Database, Work
from shared.testing import rows_of

BROKEN: set[str] = set()


async def react(work: Work, event: ThingNamed) -> None:
    if event.called in BROKEN:
        message = f"{event.called} is broken"
        raise ValueError(message)
    await note(work, event)


@pytest.fixture
def consumer(wired: Database) -> Consumer:
    BROKEN.clear()
    return Consumer(database=wired, bus=PostgresBus(wired), group=GROUP, subscriptions={ThingNamed: react})


async def four_parked(consumer: Consumer) -> list[Message]:
    """Park the first of four events of a subject, and with it the others."""
    sent = [message("one", version, f"{version}") for version in range(1, 5)]
    BROKEN.add("1")
    await consumer.take(deliveries_of(*sent))
    return sent


async def replay(consumer: Consumer) -> Replayed:
    async with consumer.database.begin(occasion()) as work:
        return await replay_parked(work, applier=consumer.applier, topic=TOPIC, subject="one", why="mended")


async def parked(database: Database, state: str) -> list[ParkedEvent]:
    async with database.read(occasion()) as work:
        rows = await rows_of(work, PARKED, filters={"state": state}, of_consumer=GROUP)
        return [parked_of(row) for row in rows]


async def drop(database: Database, sent: Message) -> ParkedEvent:
    async with database.begin(occasion()) as work:
        return await drop_parked(work, consumer=GROUP, event_id=sent.id, why="a duplicate of another")


async def test_the_list_shows_what_waits_and_why(wired: Database, consumer: Consumer) -> None:
    sent = await four_parked(consumer)

    waiting = await parked(wired, "waiting")

    assert [each.event_id for each in waiting] == [each.id for each in sent]
    assert "1 is broken" in waiting[0].error
    assert {each.error for each in waiting[1:]} == {"An earlier event of the same subject is parked."}
    async with wired.read(occasion()) as work:
        assert await show_parked(work, consumer=GROUP, event_id=sent[0].id) == waiting[0]


async def test_a_replay_applies_the_subject_in_order_and_frees_it(
    wired: Database, consumer: Consumer
) -> None:
    sent = await four_parked(consumer)
    BROKEN.clear()

    result = await replay(consumer)
    await consumer.take(deliveries_of(message("one", 5, "5"), *sent))

    assert result == Replayed(applied=4)
    assert await effects(wired) == ["1", "2", "3", "4", "5"]
    decided = await parked(wired, "replayed")
    assert [(each.decided_by, each.why) for each in decided] == [("test", "mended")] * 4
    assert await parked(wired, "waiting") == []


async def test_a_replay_that_fails_again_says_so_and_keeps_the_order(
    wired: Database, consumer: Consumer
) -> None:
    sent = await four_parked(consumer)
    BROKEN.clear()
    BROKEN.add("3")

    result = await replay(consumer)

    assert (result.applied, result.stopped_at) == (2, sent[2].id)
    assert result.error is not None
    assert "3 is broken" in result.error
    assert await effects(wired) == ["1", "2"]
    waiting = await parked(wired, "waiting")
    assert [(each.event_id, each.attempts) for each in waiting] == [(sent[2].id, 1), (sent[3].id, 0)]


async def test_a_dropped_event_is_passed_over_for_a_reason(wired: Database, consumer: Consumer) -> None:
    sent = await four_parked(consumer)

    dropped = await drop(wired, sent[0])
    result = await replay(consumer)
    await consumer.take(deliveries_of(sent[0]))

    assert (dropped.state, dropped.decided_by, dropped.why) == ("dropped", "test", "a duplicate of another")
    assert result == Replayed(applied=3)
    assert await effects(wired) == ["2", "3", "4"]


async def test_what_waits_behind_a_dropped_event_stays_parked(wired: Database, consumer: Consumer) -> None:
    sent = await four_parked(consumer)
    await drop(wired, sent[0])

    await consumer.take(deliveries_of(message("one", 5, "5")))

    assert await effects(wired) == []
    assert [each.subject_version for each in await parked(wired, "waiting")] == [2, 3, 4, 5]


async def test_nothing_is_decided_twice(wired: Database, consumer: Consumer) -> None:
    sent = await four_parked(consumer)
    await drop(wired, sent[0])

    with pytest.raises(AlreadyDecided):
        await drop(wired, sent[0])
    with pytest.raises(NotParked):
        await drop(wired, message("other", 1))
    async with wired.read(occasion()) as work:
        with pytest.raises(NotParked):
            await show_parked(work, consumer=GROUP, event_id=uuid4())


async def test_two_operators_replaying_at_once_apply_each_event_once(
    wired: Database, consumer: Consumer
) -> None:
    await four_parked(consumer)
    BROKEN.clear()

    results = await asyncio.gather(replay(consumer), replay(consumer), replay(consumer))
    await replay(consumer)

    assert sum(result.applied for result in results) <= 4
    assert await effects(wired) == ["1", "2", "3", "4"]


async def test_events_that_come_during_a_replay_keep_their_order(wired: Database, consumer: Consumer) -> None:
    await four_parked(consumer)
    BROKEN.clear()

    async def keep_coming() -> None:
        for version in range(5, 25):
            await consumer.take(deliveries_of(message("one", version, f"{version}")))

    await asyncio.gather(keep_coming(), replay(consumer))
    await replay(consumer)

    assert await effects(wired) == [f"{version}" for version in range(1, 25)]
