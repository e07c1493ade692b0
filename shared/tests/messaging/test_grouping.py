"""Set-wise reactions: which messages go together, what they are given, what becomes of a poison."""

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messaging.doubles import (
    GROUP,
    ThingLost,
    deliveries_of,
    effects,
    message,
    note,
    occasion,
)
from sample_service import Thing, ThingNamed

from shared.contracts import Event
from shared.messaging import (
    Consumer,
    FactWithoutCause,
    Heard,
    Message,
    PostgresBus,
    SetWise,
    Subscriptions,
    replay_parked,
)
from shared.messaging.arrival import Arrival
from shared.messaging.grouping import Ready, in_groups
from shared.storage import Database, Work

TOPIC = "nz.sample.events"


class ThingFound(Event):
    name: ClassVar[str] = "nz.sample.ThingFound.v1"

    thing_id: UUID
    called: str


async def nothing(_work: Work, _event: object) -> None: ...


NAMED, FOUND, ALONE = SetWise(nothing), SetWise(nothing), nothing


def ready(subject: str, version: int, reaction: object) -> Ready:
    sent = message(subject, version)
    heard: Heard[Event] = Heard(event=ThingLost(thing_id=UUID(int=1)), message_id=sent.id, cause=None)
    return Ready(Arrival.of_message(TOPIC, sent), heard, reaction)  # type: ignore[arg-type]


def batch(*wanted: tuple[str, object]) -> list[Ready]:
    return [ready(subject, version, reaction) for version, (subject, reaction) in enumerate(wanted, start=1)]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([NAMED, FOUND, SetWise(nothing), ALONE]))))
def test_every_subject_keeps_its_order_and_nothing_is_left_out(wanted: list[tuple[str, object]]) -> None:
    messages = batch(*wanted)

    called = [each for group in in_groups(messages) for each in group.members]

    assert sorted(map(id, called)) == sorted(map(id, messages))
    versions = defaultdict(list)
    for each in called:
        versions[each.arrival.subject].append(each.arrival.subject_version)
    assert all(seen == sorted(seen) for seen in versions.values())


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([NAMED, FOUND, ALONE]))))
def test_a_reaction_to_one_message_sees_all_before_it_done_and_nothing_after(
    wanted: list[tuple[str, object]],
) -> None:
    messages = batch(*wanted)

    done = 0
    for group in in_groups(messages):
        if group.reaction is ALONE:
            assert group.members == [messages[done]]
        done += len(group.members)


def test_what_no_order_forbids_goes_together() -> None:
    groups = in_groups(batch(("a", NAMED), ("a", FOUND), ("b", NAMED), ("b", FOUND), ("c", NAMED)))

    assert [(group.reaction, len(group.members)) for group in groups] == [(NAMED, 3), (FOUND, 2)]


def test_a_subject_that_changes_back_needs_a_set_of_its_own() -> None:
    groups = in_groups(batch(("a", NAMED), ("a", FOUND), ("a", NAMED), ("b", NAMED)))

    assert [[each.arrival.subject for each in group.members] for group in groups] == [
        ["a", "b"],
        ["a"],
        ["a"],
    ]


async def note_all(work: Work, heard: Sequence[Heard[ThingNamed]]) -> None:
    """Leave one effect for the whole set: the names in their order."""
    for each in heard:
        if each.event.called == "poison":
            raise ValueError(each.event.called)
    await work.connection.execute(
        "INSERT INTO effects (subject, called) VALUES ('set', $1)",
        " ".join(each.event.called for each in heard),
    )


def consumer_of(database: Database, subscriptions: Subscriptions) -> Consumer:
    return Consumer(database=database, bus=PostgresBus(database), group=GROUP, subscriptions=subscriptions)


def named(subject: str, version: int, called: str) -> Message:
    return message(subject, version, called)


async def test_a_set_is_written_at_once_and_in_order(wired: Database) -> None:
    consumer = consumer_of(wired, {ThingNamed: SetWise(note_all)})

    await consumer.take(deliveries_of(*(named(f"{n % 3}", n, f"{n}") for n in range(1, 8))))

    assert await effects(wired) == ["1 2 3 4 5 6 7"]
    assert consumer.metrics.applied == 7


async def test_sets_and_single_reactions_keep_their_turns(wired: Database) -> None:
    consumer = consumer_of(wired, {ThingNamed: SetWise(note_all), ThingFound: note})
    found = message("a", 3, fact=ThingFound(thing_id=UUID(int=1), called="found"))

    await consumer.take(deliveries_of(named("a", 1, "1"), named("b", 1, "2"), found, named("b", 2, "3")))

    assert await effects(wired) == ["1 2", "found", "3"]


async def test_a_repeated_message_is_not_in_the_set(wired: Database) -> None:
    consumer = consumer_of(wired, {ThingNamed: SetWise(note_all)})
    first, second = named("a", 1, "1"), named("a", 2, "2")

    await consumer.take(deliveries_of(first, first))
    await consumer.take(deliveries_of(first, second))

    assert await effects(wired) == ["1", "2"]


async def test_a_poison_in_a_set_is_found_and_parked_with_what_follows(wired: Database) -> None:
    consumer = consumer_of(wired, {ThingNamed: SetWise(note_all)})

    await consumer.take(
        deliveries_of(named("a", 1, "1"), named("b", 1, "poison"), named("b", 2, "2"), named("c", 1, "3"))
    )

    assert await effects(wired) == ["1", "3"]
    assert (consumer.metrics.parked, consumer.metrics.held) == (1, 1)


async def test_a_set_is_told_the_message_and_the_envelope_of_each(wired: Database) -> None:
    told: list[Heard[ThingNamed]] = []

    async def listen(work: Work, heard: Sequence[Heard[ThingNamed]]) -> None:
        told.extend(heard)
        await note_all(work, heard)

    sent = [named("a", 1, "1"), named("b", 4, "2")]

    await consumer_of(wired, {ThingNamed: SetWise(listen)}).take(deliveries_of(*sent))

    assert [each.message_id for each in told] == [each.id for each in sent]
    assert [(each.cause.subject, each.cause.subject_version) for each in told if each.cause] == [
        ("a", 1),
        ("b", 4),
    ]


async def test_a_set_that_records_a_fact_is_refused(wired: Database) -> None:
    async def answer(work: Work, heard: Sequence[Heard[ThingNamed]]) -> None:
        thing = Thing(id=UUID(int=2), name="answer", territory="610703001")
        work.publish(heard[0].event, about=thing)
        await note_all(work, heard)

    await consumer_of(wired, {ThingNamed: SetWise(answer)}).take(deliveries_of(named("a", 1, "1")))

    assert await effects(wired) == []
    assert FactWithoutCause.__name__ in await wired.pool.fetchval("SELECT error FROM parked")


async def test_a_parked_message_of_a_set_can_be_replayed(wired: Database) -> None:
    async def refuse(_work: Work, _heard: Sequence[Heard[ThingNamed]]) -> None:
        raise asyncpg.CheckViolationError

    await consumer_of(wired, {ThingNamed: SetWise(refuse)}).take(deliveries_of(named("a", 1, "1")))
    mended = consumer_of(wired, {ThingNamed: SetWise(note_all)})

    async with wired.begin(occasion()) as work:
        replayed = await replay_parked(work, applier=mended.applier, topic=TOPIC, subject="a", why="mended")

    assert (replayed.applied, await effects(wired)) == (1, ["1"])


@pytest.mark.parametrize("count", [1, 2])
async def test_facts_of_a_batch_keep_their_own_cause_and_order(wired: Database, count: int) -> None:
    async def answer(work: Work, event: ThingNamed) -> None:
        thing = Thing(id=UUID(int=3), name="answer", territory="610703001")
        for number in range(count):
            work.publish(ThingNamed(thing_id=thing.id, called=f"{event.called}/{number}"), about=thing)

    sent = [named("a", 1, "1"), named("b", 1, "2")]

    await consumer_of(wired, {ThingNamed: answer}).take(deliveries_of(*sent))

    rows = await wired.pool.fetch("SELECT * FROM journal ORDER BY seq")
    assert [(row["causation_id"], row["data"]["called"]) for row in rows] == [
        (each.id, f"{called}/{number}")
        for each, called in zip(sent, "12", strict=True)
        for number in range(count)
    ]
    assert [row["subject_version"] for row in rows] == list(range(1, 2 * count + 1))
