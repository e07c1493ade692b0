"""A fact that changed its meaning twice: all three versions reach the one reaction that today knows."""

from dataclasses import replace
from typing import ClassVar, Final
from uuid import UUID, uuid4

import pytest
from messaging.conftest import Ground
from messaging.doubles import TOPIC, deliveries_of, effects, eventually, message, occasion, running

from shared.contracts import Event, Upcaster, Upcasters
from shared.messaging import (
    PARKED,
    Bus,
    Consumer,
    ConsumerLimits,
    Message,
    PostgresBus,
    dataschema_of,
    replay_parked,
)
from shared.storage import Database, Work
from shared.testing import rows_of

V1: Final = "nz.sample.ThingPainted.v1"
V2: Final = "nz.sample.ThingPainted.v2"
FACTOR: Final = 10


class ThingCoated(Event):
    """A thing got its coats: what became of ThingPainted."""

    name: ClassVar[str] = "nz.sample.ThingCoated.v3"

    thing_id: UUID
    colours: list[str]


# Version 1 had one colour, version 2 several in a text; version 3 has a list, and another name.
UPCASTERS: Final[Upcasters] = {
    V1: Upcaster(to=V2, lift=lambda old: {"thing_id": old["thing_id"], "colours": str(old["colour"])}),
    V2: Upcaster(
        to=ThingCoated.name, lift=lambda old: {**old, "colours": str(old["colours"]).split(" and ")}
    ),
}
OLDEST: Final = b'{"thing_id": "00000000-0000-0000-0000-000000000001", "colour": "red"}'
OLDER: Final = b'{"thing_id": "00000000-0000-0000-0000-000000000001", "colours": "red and green"}'
TODAY: Final = ThingCoated(thing_id=UUID(int=1), colours=["red", "green", "blue"])


def recorded(name: str, data: bytes, *, version: int, subject: str = "one") -> Message:
    return replace(
        message(subject, version, fact=TODAY),
        type=name,
        dataschema=dataschema_of(name),
        schema_version=int(name[-1]),
        data=data,
    )


def history(subject: str) -> list[Message]:
    """Return what three releases of a producer said of one subject, in order."""
    today = TODAY.model_dump_json().encode()
    kinds = [(V1, OLDEST), (V2, OLDER), (ThingCoated.name, today)]
    return [
        recorded(name, data, version=version, subject=subject)
        for version, (name, data) in enumerate(kinds, start=1)
    ]


async def note(work: Work, event: ThingCoated) -> None:
    """Leave what today's class says."""
    await work.connection.execute(
        "INSERT INTO effects (subject, called) VALUES ($1, $2)", str(event.thing_id), ",".join(event.colours)
    )


def consumer(
    database: Database, bus: Bus, *, upcasters: Upcasters = UPCASTERS, group: str = "today"
) -> Consumer:
    return Consumer(
        database=database,
        bus=bus,
        group=group,
        subscriptions={ThingCoated: note},
        upcasters=upcasters,
        limits=ConsumerLimits(poll_seconds=0.2),
    )


async def test_three_versions_reach_one_reaction_over_the_bus(
    wired: Database, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ThingCoated, "topic", lambda: ground.topic)
    bus, subject = ground.bus(), str(uuid4())
    await bus.publish(topic=ground.topic, messages=history(subject))

    async with running(consumer(wired, bus, group=f"today-{subject}").run()):
        await eventually(lambda: has_effects(wired, 3))

    assert await effects(wired) == ["red", "red,green", "red,green,blue"]


async def has_effects(database: Database, count: int) -> bool:
    found: int = await database.pool.fetchval("SELECT count(*) FROM effects")
    return found >= count


async def test_a_repeated_old_version_has_one_effect(wired: Database) -> None:
    listener = consumer(wired, PostgresBus(wired))
    deliveries = deliveries_of(*history("one"))

    await listener.take(deliveries)
    await listener.take(deliveries)

    assert await effects(wired) == ["red", "red,green", "red,green,blue"]


async def test_a_version_that_nothing_lifts_is_passed_over(wired: Database) -> None:
    await consumer(wired, PostgresBus(wired), upcasters={V2: UPCASTERS[V2]}).take(
        deliveries_of(*history("one"))
    )

    assert await effects(wired) == ["red,green", "red,green,blue"]


async def test_what_cannot_be_lifted_is_parked_and_replayed_after_the_upcaster_is_mended(
    wired: Database,
) -> None:
    broken: Upcasters = {**UPCASTERS, V1: Upcaster(to=V2, lift=lambda old: {"colours": old["colors"]})}
    sent = history("one")
    await consumer(wired, PostgresBus(wired), upcasters=broken).take(deliveries_of(*sent))
    async with wired.read(occasion()) as work:
        parked = await rows_of(work, PARKED, filters={"state": "waiting"}, of_consumer="today")

    mended = consumer(wired, PostgresBus(wired)).applier
    async with wired.begin(occasion()) as work:
        replayed = await replay_parked(work, applier=mended, topic=TOPIC, subject="one", why="mended")

    assert [(each["event_id"], each["type"]) for each in parked] == [(each.id, each.type) for each in sent]
    assert "colors" in parked[0]["error"]
    assert replayed.applied == 3
    assert await effects(wired) == ["red", "red,green", "red,green,blue"]
