"""What only the PostgreSQL bus and a real PostgreSQL's death can show."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import asyncpg
import pytest
import pytest_asyncio
from messaging.conftest import Prepare
from messaging.doubles import (
    GROUP,
    TOPIC,
    drain,
    effects,
    eventually,
    message,
    note,
    outbox_size,
    running,
    say,
)
from sample_service import SAMPLE, ThingNamed

from shared.clusters import ONE_BOX, PostgresCluster, scratch_folder
from shared.messaging import BusUnavailable, Consumer, PostgresBus, Relay, install_bus, prune_log
from shared.messaging.failures import DATABASE_ERRORS
from shared.messaging.postgres.retention import MOST_PRUNED
from shared.storage import Database
from shared.testing import ServiceDatabase, SettableClock, TestCluster

BACK_SECONDS = 30.0


async def positions(database: Database, topic: str) -> list[int]:
    rows = await database.pool.fetch("SELECT position FROM bus.log WHERE topic = $1 ORDER BY 1", topic)
    return [row["position"] for row in rows]


async def test_positions_have_no_gaps_even_with_several_writers(wired: Database) -> None:
    bus = PostgresBus(wired)

    await asyncio.gather(
        *(bus.publish(topic=TOPIC, messages=[message(f"{n}", v) for v in (1, 2, 3)]) for n in range(30))
    )

    assert await positions(wired, TOPIC) == list(range(1, 91))


async def test_a_writer_that_fails_leaves_no_gap(wired: Database) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic=TOPIC, messages=[message("one", 1)])
    broken = message("one\0", 2)

    with pytest.raises(asyncpg.PostgresError):
        await bus.publish(topic=TOPIC, messages=[message("one", 2), broken])
    await bus.publish(topic=TOPIC, messages=[message("one", 2)])

    assert await positions(wired, TOPIC) == [1, 2]


async def test_a_reader_is_woken_by_the_writer(wired: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.postgres.subscription.CLAIM_SECONDS", 3600.0)
    bus = PostgresBus(wired)
    subscription = await bus.subscribe(group="g", topics=[TOPIC])
    await subscription.poll(limit=1, timeout_seconds=0)
    polling = asyncio.create_task(subscription.poll(limit=1, timeout_seconds=3600))
    await asyncio.sleep(0.05)

    await bus.publish(topic=TOPIC, messages=[message("one", 1)])

    async with asyncio.timeout(BACK_SECONDS):
        assert len(await polling) == 1
    await subscription.close()


async def test_a_lag_is_told_by_the_member_that_reads_alone(wired: Database) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic=TOPIC, messages=[message(f"{n}", 1) for n in range(7)])
    reader, standby = [await bus.subscribe(group="g", topics=[TOPIC]) for _ in range(2)]
    await reader.poll(limit=1, timeout_seconds=0)
    await standby.poll(limit=1, timeout_seconds=0)

    assert (await reader.lags(), await standby.lags()) == ({(TOPIC, 0): 7}, {})
    await reader.close()
    await standby.close()


async def test_a_member_whose_connection_is_cut_can_commit_no_more(
    service_database: ServiceDatabase, wired: Database
) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic=TOPIC, messages=[message("one", v) for v in range(1, 6)])
    first = await bus.subscribe(group="g", topics=[TOPIC])
    taken = await drain(first, 5)

    admin = await asyncpg.connect(service_database.admin_dsn)
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await admin.close()

    with pytest.raises(BusUnavailable):
        await first.commit(taken)
    assert first.held(taken) == []
    second = await bus.subscribe(group="g", topics=[TOPIC])
    assert [each.message().subject_version for each in await drain(second, 5)] == [1, 2, 3, 4, 5]
    await first.close()
    await second.close()
    with pytest.raises(BusUnavailable):
        await second.poll(limit=1, timeout_seconds=0)


async def test_a_busy_topic_does_not_starve_another(wired: Database) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic="nz.a.events", messages=[message("one", v) for v in range(1, 101)])
    await bus.publish(topic="nz.b.events", messages=[message("two", v) for v in range(1, 101)])
    subscription = await bus.subscribe(group="g", topics=["nz.a.events", "nz.b.events"])

    polls = [await subscription.poll(limit=10, timeout_seconds=0) for _ in range(4)]
    await subscription.close()

    assert all(len(found) <= 10 for found in polls)
    topics = [{each.topic for each in found} for found in polls]
    assert {"nz.a.events", "nz.b.events"} in topics


async def test_busy_topics_do_not_starve_a_quiet_one(wired: Database) -> None:
    bus, topics = PostgresBus(wired), ["nz.a.events", "nz.b.events", "nz.c.events"]
    for busy in topics[:2]:
        await bus.publish(topic=busy, messages=[message(busy, v) for v in range(1, 101)])
    await bus.publish(topic=topics[2], messages=[message("quiet", 1)])
    subscription = await bus.subscribe(group="g", topics=topics)

    polls = [await subscription.poll(limit=10, timeout_seconds=0) for _ in range(3)]
    await subscription.close()

    assert [len(found) for found in polls] == [10, 10, 10]
    assert "quiet" in {each.key for found in polls for each in found}
    for busy in topics[:2]:
        versions = [each.message().subject_version for found in polls for each in found if each.key == busy]
        assert versions == list(range(1, len(versions) + 1))


async def test_pruning_keeps_what_is_young_and_what_a_group_has_not_read(
    wired: Database, clock: SettableClock
) -> None:
    bus = PostgresBus(wired)
    await bus.publish(topic=TOPIC, messages=[message("one", v) for v in range(1, 11)])
    subscription = await bus.subscribe(group="g", topics=[TOPIC])
    await subscription.commit(await drain(subscription, 4, limit=4))
    await subscription.close()
    written: object = await wired.pool.fetchval("SELECT max(written_at) FROM bus.log")
    assert written is not None
    now = await wired.pool.fetchval("SELECT now()")

    young = await prune_log(wired, topic=TOPIC, now=now)
    old = await prune_log(wired, topic=TOPIC, now=now + timedelta(days=31))

    assert (young, old) == (0, 4)
    assert await positions(wired, TOPIC) == list(range(5, 11))
    assert MOST_PRUNED >= 4
    assert clock() is not None


async def test_installing_again_changes_nothing(service_database: ServiceDatabase, wired: Database) -> None:
    await PostgresBus(wired).publish(topic=TOPIC, messages=[message("one", 1)])
    admin = await asyncpg.connect(service_database.admin_dsn)

    await install_bus(admin, roles=["sample"])

    await admin.close()
    assert await positions(wired, TOPIC) == [1]


@pytest_asyncio.fixture(loop_scope="session")
async def mortal(preparing: Prepare) -> AsyncIterator[tuple[PostgresCluster, Database]]:
    """A PostgreSQL of its own, that the test may kill."""
    folder = scratch_folder()
    async with (
        PostgresCluster(folder=folder / "postgres", profile=ONE_BOX) as cluster,
        ServiceDatabase.fresh(TestCluster(cluster=cluster), SAMPLE, clock=SettableClock()) as fresh,
    ):
        await preparing(fresh)
        yield cluster, fresh.database
    shutil.rmtree(folder)


async def test_a_killed_postgresql_comes_back_and_nothing_is_lost_or_doubled(
    mortal: tuple[PostgresCluster, Database],
) -> None:
    cluster, database = mortal
    bus = PostgresBus(database)
    relay = Relay(database=database, bus=bus, tenant="610703")
    consumer = Consumer(database=database, bus=bus, group=GROUP, subscriptions={ThingNamed: note})
    told: list[str] = []
    async with running(relay.run(), consumer.run()):
        for number in range(3):
            thing = await say(database, f"{number}")
            told += [f"{number}", *(f"{number}.{part}" for part in range(40))]
            for part in range(40):
                await say(database, f"{number}.{part}", thing=thing)
            await cluster.kill()
            await cluster.start()
            await eventually(partial(done, database, len(told)), within_seconds=BACK_SECONDS)
        # What was published and not yet deleted comes again; only then the doubles would show.
        await eventually(partial(all_read, database))

    assert sorted(await effects(database)) == sorted(told)


async def all_read(database: Database) -> bool:
    read: bool = await database.pool.fetchval(
        "SELECT position = (SELECT max(position) FROM bus.log) FROM bus.positions"
    )
    return read and await outbox_size(database) == 0


async def done(database: Database, count: int) -> bool:
    try:
        return len(await effects(database)) >= count
    except DATABASE_ERRORS:
        return False
