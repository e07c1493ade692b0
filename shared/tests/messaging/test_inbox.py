"""The inbox is pruned by age, and what comes after that is neither lost nor applied twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from messaging.doubles import GROUP, deliveries_of, effects, message, note
from sample_service import ThingNamed

from shared.messaging import Applier, Consumer, Message, PostgresBus, prune_inbox, replay_parked
from shared.messaging.inbox import CLOCKS_APART, FORGOTTEN, KEPT
from shared.storage import Database

START = datetime(2026, 1, 5, 4, tzinfo=UTC)
LATER = START + KEPT + CLOCKS_APART + timedelta(days=2)


def consumer_at(database: Database, now: datetime) -> Consumer:
    return Consumer(
        database=database,
        bus=PostgresBus(database),
        group=GROUP,
        subscriptions={ThingNamed: note},
        clock=lambda: now,
    )


def at(moment: datetime, subject: str, version: int, called: str) -> Message:
    return replace(message(subject, version, called), time=moment)


async def take(database: Database, now: datetime, *sent: Message) -> None:
    await consumer_at(database, now).take(deliveries_of(*sent))


async def remembered(database: Database) -> int:
    count: int = await database.pool.fetchval("SELECT count(*) FROM inbox")
    return count


async def parked(database: Database) -> list[tuple[str, str]]:
    rows = await database.pool.fetch(
        "SELECT message->'data'->>'called' AS called, error FROM parked WHERE state = 'waiting' "
        "ORDER BY event_id"
    )
    return [(row["called"], row["error"]) for row in rows]


async def test_old_messages_are_forgotten_in_parts_and_young_ones_kept(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.inbox.MOST_PRUNED", 3)
    for number in range(8):
        await take(wired, START + timedelta(minutes=number), at(START, f"{number}", 1, "old"))
    await take(wired, LATER, at(LATER, "young", 1, "young"))

    gone = await prune_inbox(wired, now=LATER)

    # One old row stays: it tells up to when messages were forgotten.
    assert (gone, await remembered(wired)) == (7, 2)
    assert await prune_inbox(wired, now=LATER) == 0


async def test_a_message_that_comes_again_after_it_was_forgotten_waits_for_a_person(wired: Database) -> None:
    first, last = at(START, "a", 1, "first"), at(START + timedelta(days=1), "b", 1, "last")
    await take(wired, START, first)
    await take(wired, START + timedelta(days=1), last)
    await prune_inbox(wired, now=LATER)

    await take(wired, LATER, first, at(LATER, "a", 2, "after it"), at(LATER, "c", 1, "another"))

    assert await effects(wired) == ["first", "last", "another"]
    assert [called for called, _ in await parked(wired)] == ["first", "after it"]
    assert (await parked(wired))[0] == ("first", FORGOTTEN)


async def test_without_asking_the_inbox_what_it_remembers_the_effect_would_come_twice(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plant: the check above fails when an old message is taken for a new one."""
    monkeypatch.setattr("shared.messaging.inbox.KEPT", timedelta(days=45_000))
    first = at(START, "a", 1, "first")
    await take(wired, START, first)
    await take(wired, START + timedelta(days=1), at(START, "b", 1, "last"))
    await wired.pool.execute("DELETE FROM inbox WHERE event_id = $1", first.id)

    await take(wired, LATER, first)

    assert await effects(wired) == ["first", "last", "first"]


async def test_an_old_message_that_waited_elsewhere_is_applied_when_nothing_so_young_was_forgotten(
    wired: Database,
) -> None:
    """A service that was down: what was recorded after its last message cannot have been applied."""
    await take(wired, START, at(START, "a", 1, "last before the fall"))
    await prune_inbox(wired, now=LATER)

    await take(wired, LATER, at(START + timedelta(minutes=1), "a", 2, "waited"))

    assert await effects(wired) == ["last before the fall", "waited"]


async def test_a_new_consumer_applies_whatever_the_topic_still_holds(wired: Database) -> None:
    await take(wired, LATER, at(START, "a", 1, "old"), at(LATER, "a", 2, "young"))

    assert await effects(wired) == ["old", "young"]


async def test_a_parked_message_outlives_its_inbox_row(wired: Database) -> None:
    async def refuse(_work: object, _event: object) -> None:
        raise ValueError

    poison = at(START, "a", 1, "poison")
    consumer = consumer_at(wired, START)
    consumer.applier.subscriptions = {ThingNamed: refuse}
    await consumer.take(deliveries_of(poison))
    await take(wired, START + timedelta(days=1), at(START, "b", 1, "last"))
    await prune_inbox(wired, now=LATER)

    await take(wired, LATER, poison)
    mended = Applier(database=wired, consumer=GROUP, subscriptions={ThingNamed: note})
    async with mended.begin() as work:
        replayed = await replay_parked(
            work, applier=mended, topic="nz.sample.events", subject="a", why="mended"
        )
    await take(wired, LATER, poison)

    assert (replayed.applied, await effects(wired)) == (1, ["last", "poison"])
    assert await parked(wired) == []
