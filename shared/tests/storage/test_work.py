import asyncio
from uuid import UUID

import asyncpg
import pytest
from sample_service import (
    FACTS,
    GET,
    RENAME,
    Thing,
    ThingNamed,
    ThingNotFound,
    add_thing,
    rename_thing,
    thing_of,
)

from shared.kernel import Actor, Scope, new_id
from shared.storage import (
    ChangedMeanwhile,
    Database,
    FactTooLarge,
    Occasion,
    OutsideTerritory,
    PreconditionFailed,
    Work,
)
from shared.testing import SettableClock, recorded_events

WRITERS = 20


def occasion(prefix: str = "610703", *, if_match: int | None = None) -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope(prefix), unit="610703:authority")
    return Occasion(actor=actor, now=SettableClock().now, reason="test", if_match=if_match)


async def add(database: Database, name: str = "roof") -> Thing:
    async with database.begin(occasion()) as work:
        return await add_thing(work, name=name, territory="610703001")


async def test_state_and_fact_are_committed_together(database: Database) -> None:
    thing = await add(database)

    async with database.read(occasion()) as work:
        stored = thing_of(await work.load(GET, missing=ThingNotFound, id=thing.id))
    assert stored == thing
    assert await recorded_events(database, catalogue=FACTS) == [ThingNamed(thing_id=thing.id, called="roof")]


async def test_a_failure_leaves_neither_state_nor_fact(database: Database) -> None:
    async def fail(work: Work) -> None:
        await add_thing(work, name="roof", territory="610703001")
        raise RuntimeError

    async with database.read(occasion()) as work:
        before = await work.connection.fetchval("SELECT count(*) FROM things")
    with pytest.raises(RuntimeError):
        async with database.begin(occasion()) as work:
            await fail(work)

    async with database.read(occasion()) as work:
        assert await work.connection.fetchval("SELECT count(*) FROM things") == before
    assert await recorded_events(database, catalogue=FACTS) == []


async def test_the_journal_names_actor_reason_and_territory(database: Database) -> None:
    thing = await add(database)

    async with database.read(occasion()) as work:
        row = await work.connection.fetchrow("SELECT * FROM journal")
    assert row is not None
    assert (row["person"], row["role"], row["unit"], row["reason"], row["territory"], row["subject"]) == (
        "officer",
        "R11",
        "610703:authority",
        "test",
        "610703001",
        str(thing.id),
    )


async def test_a_row_outside_the_territory_is_not_there(database: Database) -> None:
    thing = await add(database)

    with pytest.raises(ThingNotFound):
        async with database.read(occasion("610702")) as work:
            await work.load(GET, missing=ThingNotFound, id=thing.id)


async def test_a_new_row_outside_the_territory_is_refused(database: Database) -> None:
    with pytest.raises(OutsideTerritory):
        async with database.begin(occasion("610702")) as work:
            await add_thing(work, name="roof", territory="610703001")


async def test_an_old_version_cannot_be_saved(database: Database) -> None:
    thing = await add(database)

    with pytest.raises(ChangedMeanwhile):
        async with database.begin(occasion()) as work:
            await work.save(RENAME, id=thing.id, version=7, new_name="wall")


async def test_if_match_with_another_version_is_refused(database: Database) -> None:
    thing = await add(database)

    with pytest.raises(PreconditionFailed):
        async with database.begin(occasion(if_match=2)) as work:
            await rename_thing(work, thing_id=thing.id, name="wall")


async def test_versions_of_a_subject_are_gapless_under_concurrent_writers(database: Database) -> None:
    thing = await add(database)

    async def rename_until_done(name: str) -> None:
        while True:
            try:
                async with database.begin(occasion()) as work:
                    await rename_thing(work, thing_id=thing.id, name=name)
            except ChangedMeanwhile:
                continue
            return

    await asyncio.gather(*(rename_until_done(f"name {number}") for number in range(WRITERS)))

    async with database.read(occasion()) as work:
        rows = await work.connection.fetch("SELECT seq, subject_version, data FROM journal ORDER BY seq")
        name = await work.connection.fetchval("SELECT name FROM things")
    assert [row["subject_version"] for row in rows] == list(range(1, WRITERS + 2))
    assert rows[-1]["data"]["called"] == name


async def test_several_facts_of_one_unit_of_work_keep_their_order(database: Database) -> None:
    first, second = Thing(id=new_id(), name="a", territory="61"), Thing(id=new_id(), name="b", territory="61")

    async with database.begin(occasion()) as work:
        for about, called in ((first, "1"), (second, "2"), (first, "3")):
            work.publish(ThingNamed(thing_id=about.id, called=called), about=about)

    async with database.read(occasion()) as work:
        rows = await work.connection.fetch("SELECT subject, subject_version, data FROM journal ORDER BY seq")
        waiting = await work.connection.fetchval("SELECT count(*) FROM outbox")
    assert [(UUID(row["subject"]), row["subject_version"], row["data"]["called"]) for row in rows] == [
        (first.id, 1, "1"),
        (second.id, 1, "2"),
        (first.id, 2, "3"),
    ]
    assert waiting == len(rows)


async def test_a_fact_over_the_limit_is_refused_when_it_is_recorded(database: Database) -> None:
    about = Thing(id=new_id(), name="a", territory="61")

    with pytest.raises(FactTooLarge):
        async with database.begin(occasion()) as work:
            work.publish(ThingNamed(thing_id=about.id, called="x" * 1_000_000), about=about)


@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET reason = 'x'", "DELETE FROM journal", "TRUNCATE journal"]
)
async def test_the_database_refuses_to_change_the_journal(database: Database, statement: str) -> None:
    await add(database)

    async with database.read(occasion()) as work:
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
            await work.connection.execute(statement)


async def test_a_month_whose_rows_came_first_stays_where_they_are(database: Database) -> None:
    await add(database)

    async with database.read(occasion()) as work:
        await work.connection.execute("SELECT make_journal_partition('2026-03-01')")
        assert await work.connection.fetchval("SELECT count(*) FROM journal_rest") == 1


async def test_a_month_gets_its_own_partition_of_the_journal(database: Database) -> None:
    async with database.read(occasion()) as work:
        await work.connection.execute("SELECT make_journal_partition('2026-03-01')")
    await add(database)

    async with database.read(occasion()) as work:
        assert await work.connection.fetchval("SELECT count(*) FROM journal_2026_03") == 1
