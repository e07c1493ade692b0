import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise

import asyncpg
import pytest
import pytest_asyncio
from messaging.doubles import FaultyBus, eventually, occasion, outbox_size, running, say
from sample_service import Thing, ThingNamed

from shared.kernel import new_id
from shared.messaging import Announcer, Message, PostgresBus, Relay, RelayLimits
from shared.messaging.backoff import Backoff
from shared.messaging.horizon import Horizon, HorizonAge
from shared.messaging.numbers import StillToCome
from shared.messaging.outbox import Outbox, Waiting
from shared.storage import Database
from shared.storage.facts import Fact
from shared.storage.recording import record_facts
from shared.testing import ServiceDatabase
from shared.testing.clock import NOON

QUICK = RelayLimits(batch=50)
# Sooner than anything but the takeover would do it; how soon is measured, as first-after-kill.
TAKEOVER_SECONDS = 20.0


def names(messages: list[Message]) -> list[str]:
    return [ThingNamed.model_validate_json(each.data).called for each in messages]


def relay_on(database: Database, bus: FaultyBus, limits: RelayLimits = QUICK) -> Relay:
    return Relay(database=database, bus=bus, tenant="610703", limits=limits)


@pytest.fixture
def bus(wired: Database) -> FaultyBus:
    return FaultyBus(PostgresBus(wired))


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere(wired: Database) -> AsyncIterator[Database]:
    """The same schema as another process sees it."""
    other = Database(dsn=wired.dsn, schema=wired.schema, pool_min=0, pool_max=2)
    await other.open()
    yield other
    await other.close()


async def emptied(database: Database) -> bool:
    return await outbox_size(database) == 0


async def terminate_leader(service: ServiceDatabase) -> None:
    connection = await asyncpg.connect(service.admin_dsn)
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await connection.close()


async def test_everything_recorded_is_published_in_order_and_leaves_the_outbox(
    wired: Database, bus: FaultyBus
) -> None:
    relay = relay_on(wired, bus)
    recorded = [f"{number}" for number in range(120)]
    await say(wired, *recorded)

    async with running(relay.run()):
        await eventually(lambda: emptied(wired))

    assert names(bus.published) == recorded
    assert [each.subject_version for each in bus.published] == list(range(1, 121))
    assert (relay.metrics.published, relay.metrics.batches, relay.metrics.failures) == (120, 3, 0)
    assert relay.metrics.outbox_age(NOON) == timedelta(0)


async def test_a_message_says_what_the_journal_says(wired: Database, bus: FaultyBus) -> None:
    thing = await say(wired, "roof")

    async with running(relay_on(wired, bus).run()):
        await eventually(lambda: emptied(wired))

    row = await wired.pool.fetchrow("SELECT * FROM journal")
    assert row is not None
    (sent,) = bus.published
    assert (sent.id, sent.type, sent.subject, sent.time) == (
        row["event_id"],
        row["type"],
        str(thing.id),
        row["recorded_at"],
    )
    assert (sent.source, sent.tenant, sent.territory, sent.role, sent.schema_version) == (
        "/sample",
        "610703",
        "610703001",
        "system",
        1,
    )
    assert ThingNamed.model_validate_json(sent.data) == ThingNamed(thing_id=thing.id, called="roof")


async def test_a_commit_wakes_the_relay_of_its_process(wired: Database, bus: FaultyBus) -> None:
    async with running(relay_on(wired, bus, RelayLimits(poll_seconds=60)).run()):
        await asyncio.sleep(0.3)
        await say(wired, "roof")

        await eventually(lambda: emptied(wired))


async def test_a_commit_wakes_the_relay_of_another_process(
    wired: Database, bus: FaultyBus, elsewhere: Database
) -> None:
    async with running(relay_on(wired, bus, RelayLimits(poll_seconds=60)).run(), Announcer(elsewhere).run()):
        await asyncio.sleep(0.3)
        await say(elsewhere, "roof")

        await eventually(lambda: emptied(wired))


async def test_polling_finds_what_no_signal_told(
    wired: Database, bus: FaultyBus, elsewhere: Database
) -> None:
    async with running(relay_on(wired, bus).run()):
        await asyncio.sleep(0.3)
        await say(elsewhere, "roof")

        await eventually(lambda: emptied(wired))


async def test_a_crash_between_publishing_and_deleting_repeats_and_loses_nothing(
    wired: Database, bus: FaultyBus
) -> None:
    recorded = [f"{number}" for number in range(70)]
    await say(wired, *recorded)
    bus.crashes = 1

    async with running(relay_on(wired, bus).run()):
        await eventually(lambda: emptied(wired))

    assert names(bus.published) == recorded[:50] + recorded


async def test_cancelling_between_publishing_and_deleting_loses_nothing(
    wired: Database, bus: FaultyBus
) -> None:
    recorded = [f"{number}" for number in range(300)]
    await say(wired, *recorded)

    while await outbox_size(wired):
        before = len(bus.published)
        async with running(relay_on(wired, bus).run()):
            await eventually(partial(published_more_than, bus, before))

    assert set(names(bus.published)) == set(recorded)


async def published_more_than(bus: FaultyBus, before: int) -> bool:
    return len(bus.published) > before


@contextlib.asynccontextmanager
async def open_transaction(database: Database, called: str) -> AsyncIterator[None]:
    """Draw a journal number now; commit on leaving."""
    fact = Fact(
        id=new_id(), event=ThingNamed(thing_id=new_id(), called=called), subject=called, territory="610703"
    )
    async with database.pool.acquire() as connection, connection.transaction():
        await record_facts(connection, occasion=occasion(), facts=[fact])
        yield


async def test_a_late_commit_with_a_low_number_is_not_skipped(
    wired: Database, bus: FaultyBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.horizon.LOOK_SECONDS", 0.0)
    async with running(relay_on(wired, bus).run()):
        async with open_transaction(wired, "late"):
            for number in range(5):
                await say(wired, f"early {number}")
                await eventually(lambda: emptied(wired))
            await asyncio.sleep(0.2)
        await eventually(lambda: emptied(wired))

    assert names(bus.published) == [*(f"early {number}" for number in range(5)), "late"]
    numbers = await wired.pool.fetch("SELECT data->>'called' AS called FROM journal ORDER BY seq")
    # The plant: a relay that remembers its last number would have gone past it.
    assert numbers[0]["called"] == "late"


async def test_the_start_of_the_reading_moves_up_but_never_past_an_open_transaction(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.horizon.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("shared.messaging.horizon.WHOLE_SECONDS", 3600.0)
    connection = await wired.connect()
    outbox = Outbox(connection=connection, source="/sample", tenant="610703", horizon=Horizon())

    async def relay_some(rounds: int) -> list[str]:
        seen: list[Message] = []
        for _ in range(rounds):
            await say(wired, "x")
            waiting = await outbox.read(100)
            await outbox.delete(waiting)
            seen += [each.message for each in waiting]
        return names(seen)

    await relay_some(5)
    moved = outbox.horizon.floor
    async with open_transaction(wired, "late"):
        await relay_some(5)
        held = outbox.horizon.floor
    seen = await relay_some(5)
    await connection.close()

    # Numbers: 1-5, 6 drawn and open, 7-11, 12-16.
    assert (moved, held) == (5, 6)
    assert "late" in seen
    assert outbox.horizon.floor > 11


async def test_a_reading_skips_what_the_horizon_should_not_have_passed(wired: Database) -> None:
    """The plant: with a horizon set too high an event stays behind; the tests above would see it."""
    connection = await wired.connect()
    horizon = Horizon(floor=2, _whole_at=float("inf"))
    outbox = Outbox(connection=connection, source="/sample", tenant="610703", horizon=horizon)
    await say(wired, "passed over")

    assert await outbox.read(100) == []
    await connection.close()


async def test_a_low_number_that_appears_beside_a_batch_under_way_is_read_next(wired: Database) -> None:
    connection = await wired.connect()
    outbox = Outbox(connection=connection, source="/sample", tenant="610703")
    async with open_transaction(wired, "late"):
        await say(wired, "first", "second")
        under_way = await outbox.read(2)
        assert names([each.message for each in await outbox.read(2, beside=under_way)]) == []
    await say(wired, "third")

    following = await outbox.read(9, beside=under_way)
    await connection.close()

    assert names([each.message for each in under_way]) == ["first", "second"]
    assert names([each.message for each in following]) == ["late", "third"]


async def test_what_an_open_transaction_keeps_of_the_deleted_is_not_crossed_at_each_reading(
    wired: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.horizon.WHOLE_SECONDS", 3600.0)
    connection = await wired.connect()
    outbox = Outbox(connection=connection, source="/sample", tenant="610703")
    await outbox.prepare()
    async with open_transaction(wired, "late"):
        for batch in range(8):
            await say(wired, *(f"{batch} {number}" for number in range(500)))
            await outbox.delete(await outbox.read(500))
        await say(wired, "x")

        before = await pages_of_outbox(connection)
        seen = await outbox.read(9)
        crossed = await pages_of_outbox(connection) - before
        outbox.coming = StillToCome()
        await outbox.read(9, beside=seen)
        from_the_floor = await pages_of_outbox(connection) - before - crossed
    await connection.close()

    assert names([each.message for each in seen]) == ["x"]
    assert crossed < from_the_floor / 3, (crossed, from_the_floor)


async def pages_of_outbox(connection: "asyncpg.Connection[asyncpg.Record]") -> int:
    """Return at how many pages of the outbox and its index was looked so far."""
    await connection.execute("SELECT pg_stat_force_next_flush()")
    pages: int = await connection.fetchval(
        "SELECT heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read "
        "FROM pg_statio_user_tables WHERE relid = 'outbox'::regclass"
    )
    return pages


async def test_the_age_of_the_horizon_is_that_of_the_oldest_open_snapshot(
    wired: Database, bus: FaultyBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.horizon.LOOK_SECONDS", 0.1)
    relay = relay_on(wired, bus)
    async with running(relay.run()):
        await eventually(lambda: leads(relay))
        async with wired.pool.acquire() as reader, reader.transaction(isolation="repeatable_read"):
            # It only reads, and so has no transaction id; vacuum must respect it all the same.
            await reader.fetchval("SELECT count(*) FROM things")
            await say_for(wired, 1.5)
            held = relay.metrics.horizon_age_seconds
        await say_for(wired, 0.5)

    assert held >= 1.0
    assert relay.metrics.horizon_age_seconds < 0.5


async def say_for(database: Database, seconds: float) -> None:
    for _ in range(int(seconds * 20)):
        await say(database, "x")
        await asyncio.sleep(0.05)


def test_the_age_of_the_horizon_starts_when_we_first_looked_and_ends_with_the_transaction() -> None:
    age = HorizonAge()

    for moment in range(5):
        age.note(moment, next_id=100 + moment, oldest_id=50)
    held = age.seconds
    age.note(5, next_id=105, oldest_id=104)

    assert (held, age.seconds) == (4, 1)


async def test_concurrent_writers_keep_the_order_of_each_subject(wired: Database, bus: FaultyBus) -> None:
    things = [Thing(id=new_id(), name="t", territory="610703001") for _ in range(3)]

    async def write(thing: Thing, writer: int) -> None:
        for number in range(10):
            await say(wired, f"{writer}:{number}", thing=thing)

    async with running(relay_on(wired, bus).run()):
        await asyncio.gather(*(write(thing, writer) for thing in things for writer in range(4)))
        await eventually(lambda: emptied(wired))

    versions: dict[str, list[int]] = defaultdict(list)
    for sent in bus.published:
        versions[sent.subject].append(sent.subject_version)
    assert all(found == list(range(1, 41)) for found in versions.values())
    assert len(versions) == 3


async def test_another_relay_takes_over_from_a_dead_leader(
    wired: Database, bus: FaultyBus, elsewhere: Database
) -> None:
    first, second = relay_on(wired, bus), relay_on(elsewhere, bus)
    async with running(first.run()) as (leading,):
        await eventually(lambda: leads(first))
        async with running(second.run()):
            await asyncio.sleep(0.3)
            assert not await leads(second)
            leading.cancel()
            await asyncio.wait([leading])
            await say(wired, "after")

            await eventually(lambda: emptied(wired), within_seconds=TAKEOVER_SECONDS)
            assert await leads(second)

    assert names(bus.published) == ["after"]


async def leads(*relays: Relay) -> bool:
    return any(relay.metrics.leading for relay in relays)


async def test_a_leader_whose_connection_is_cut_starts_anew(
    service_database: ServiceDatabase, wired: Database, bus: FaultyBus
) -> None:
    relay = relay_on(wired, bus)
    async with running(relay.run()):
        await eventually(lambda: leads(relay))
        for number in range(3):
            await terminate_leader(service_database)
            await say(wired, f"{number}")
            await eventually(lambda: emptied(wired), within_seconds=TAKEOVER_SECONDS)

    assert relay.metrics.failures >= 3
    assert sorted(set(names(bus.published))) == ["0", "1", "2"]


async def test_a_standby_announces_what_its_process_recorded(
    wired: Database, bus: FaultyBus, elsewhere: Database
) -> None:
    slow = RelayLimits(poll_seconds=60)
    leader, standby = relay_on(wired, bus, slow), relay_on(elsewhere, bus, slow)
    async with running(leader.run()):
        await eventually(lambda: leads(leader))
        async with running(standby.run()):
            await asyncio.sleep(0.3)
            await say(elsewhere, "roof")

            await eventually(lambda: emptied(wired))
            assert not standby.metrics.leading


async def test_a_bus_that_is_away_delays_and_loses_nothing(wired: Database, bus: FaultyBus) -> None:
    relay = relay_on(wired, bus)
    bus.away = True
    recorded: list[str] = []
    async with running(relay.run()):
        for number in range(120):
            recorded.append(f"{number}")
            await say(wired, f"{number}")
        await eventually(lambda: failed(relay, 3))
        assert await outbox_size(wired) == 120
        assert relay.metrics.outbox_age(NOON + timedelta(minutes=1)) == timedelta(minutes=1)
        bus.away = False
        await eventually(lambda: emptied(wired))

    assert names(bus.published) == recorded
    assert bus.largest <= QUICK.batch


async def failed(relay: Relay, times: int) -> bool:
    return relay.metrics.failures >= times


async def test_deleting_before_the_acknowledgement_would_lose_events(
    wired: Database, bus: FaultyBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plant: the check of a lossless relay fails when the relay deletes what it only read."""
    read = Outbox.read

    async def delete_at_once(self: Outbox, limit: int, *, beside: Sequence[Waiting] = ()) -> object:
        waiting = await read(self, limit, beside=beside)
        await self.delete(waiting)
        return waiting

    monkeypatch.setattr(Outbox, "read", delete_at_once)
    bus.away = True
    await say(wired, "roof")
    relay = relay_on(wired, bus)
    async with running(relay.run()):
        await eventually(lambda: failed(relay, 1))
    bus.away = False

    async with running(relay_on(wired, bus).run()):
        await asyncio.sleep(0.3)

    assert names(bus.published) == []


def test_pauses_grow_to_their_limit_and_are_never_all_equal() -> None:
    backoff = Backoff(first_seconds=0.1, most_seconds=1.0)
    pauses = [backoff.next_seconds() for _ in range(50)]

    assert 0.05 <= pauses[0] <= 0.1
    assert all(0.5 <= pause <= 1.0 for pause in pauses[5:])
    assert any(one != other for one, other in pairwise(pauses[5:]))
