"""A command's changes wait for its end and go to the database with its facts, in one statement."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from sample_service import ADD, FACTS, GET, RENAME, Thing, ThingNamed, add_thing, rename_thing, things
from sqlalchemy import bindparam, delete, func, insert, literal, select, text

from shared.kernel import Actor, Scope, new_id
from shared.storage import (
    AlreadyThere,
    ChangedMeanwhile,
    Database,
    Occasion,
    OutcomeUnknown,
    Query,
    Work,
    everywhere,
)
from shared.testing import SettableClock, recorded_events

PLACE = "610703001"
REMOVE = everywhere(delete(things).where(things.c.id == bindparam("id")), reason="the test writes it itself")
DIVIDING = everywhere(
    insert(things).from_select(
        ["id", "name", "territory", "version"],
        select(bindparam("id", type_=things.c.id.type), literal("roof"), literal("610703001"), text("1 / 0")),
    ),
    reason="the test writes it itself",
)
LOCK = everywhere(
    select(things).where(things.c.id == bindparam("id")).with_for_update(), reason="the test writes it itself"
)


def occasion() -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope("610703"), unit="610703:authority")
    return Occasion(actor=actor, now=SettableClock().now)


@asynccontextmanager
async def listening(database: Database) -> AsyncIterator[tuple[Work, list[str]]]:
    """Open a command's unit of work, and yield beside it the first word of all that is sent."""
    said: list[str] = []
    async with database.change(occasion()) as work:
        work.connection.add_query_logger(lambda record: said.append(record.query.split()[0].strip(";")))
        yield work, said


async def put(work: Work, name: str, *, number: UUID | None = None) -> UUID:
    id_ = number or new_id()
    await work.put(ADD, id=id_, name=name, territory=PLACE, version=1)
    return id_


async def change(database: Database, command: Callable[[Work], Awaitable[None]]) -> None:
    async with database.change(occasion()) as work:
        await command(work)


async def names(database: Database) -> list[str]:
    async with database.read(occasion()) as work:
        return [row["name"] for row in await work.connection.fetch("SELECT name FROM things ORDER BY name")]


async def test_state_and_fact_are_one_statement_that_commits_itself(database: Database) -> None:
    async with database.change(occasion()) as work:
        # The driver asks for the types of a statement's values once a connection.
        await add_thing(work, name="roof", territory=PLACE)

    async with listening(database) as (work, said):
        thing = await add_thing(work, name="wall", territory=PLACE)

    assert said == ["WITH"]
    assert await names(database) == ["roof", "wall"]
    recorded = await recorded_events(database, catalogue=FACTS)
    assert recorded[1:] == [ThingNamed(thing_id=thing.id, called="wall")]


async def test_a_look_before_the_change_needs_no_transaction(database: Database) -> None:
    async with database.change(occasion()) as work:
        thing = await add_thing(work, name="roof", territory=PLACE)

    async with listening(database) as (work, said):
        await rename_thing(work, thing_id=thing.id, name="wall")

    assert said == ["SELECT", "WITH"]
    assert await names(database) == ["wall"]


async def test_what_is_locked_stays_locked_to_the_commit(database: Database) -> None:
    async with database.change(occasion()) as work:
        thing = await add_thing(work, name="roof", territory=PLACE)

    async with listening(database) as (work, said):
        await work.fetch_one(LOCK, id=thing.id)
        async with database.pool.acquire() as other:
            with pytest.raises(asyncpg.LockNotAvailableError):
                await other.execute("SELECT FROM things FOR UPDATE NOWAIT")
        await put(work, "wall")

    assert said == ["BEGIN", "SELECT", "WITH", "COMMIT"]


async def test_what_was_put_is_seen_by_the_next_look(database: Database) -> None:
    async with listening(database) as (work, said):
        id_ = await put(work, "roof")
        row = await work.fetch_one(GET, id=id_)

    assert row is not None
    assert said == ["BEGIN", "WITH", "SELECT", "COMMIT"]


@pytest.mark.parametrize("looks_first", [True, False])
async def test_a_version_of_somebody_else_undoes_everything(database: Database, *, looks_first: bool) -> None:
    async with database.change(occasion()) as work:
        thing = await add_thing(work, name="roof", territory=PLACE)

    async def come_too_late(work: Work) -> None:
        await put(work, "beside it")
        if looks_first:
            await work.fetch_one(GET, id=thing.id)
        await work.save(RENAME, id=thing.id, version=7, new_name="wall")
        work.publish(ThingNamed(thing_id=thing.id, called="wall"), about=thing)

    with pytest.raises(ChangedMeanwhile):
        await change(database, come_too_late)

    assert await names(database) == ["roof"]
    assert len(await recorded_events(database, catalogue=FACTS)) == 1


async def test_what_the_database_refuses_undoes_everything(database: Database) -> None:
    number = new_id()
    about = Thing(id=number, name="roof", territory=PLACE)

    async def put_twice(work: Work) -> None:
        await put(work, "roof", number=number)
        await put(work, "again", number=number)
        work.publish(ThingNamed(thing_id=number, called="roof"), about=about)

    with pytest.raises(AlreadyThere):
        await change(database, put_twice)

    assert await names(database) == []
    assert await recorded_events(database, catalogue=FACTS) == []


async def test_a_failure_of_the_command_undoes_what_it_had_settled(database: Database) -> None:
    async def settle_and_fail(work: Work) -> None:
        await put(work, "roof")
        await work.settle()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await change(database, settle_and_fail)

    assert await names(database) == []


async def test_two_changes_of_the_same_rows_keep_their_order(database: Database) -> None:
    async with listening(database) as (work, said):
        id_ = await put(work, "roof")
        await work.put(REMOVE, id=id_)
        await put(work, "wall", number=id_)

    assert said == ["BEGIN", "WITH", "WITH", "WITH", "COMMIT"]
    assert await names(database) == ["wall"]


async def test_changes_of_other_rows_of_one_table_go_together(database: Database) -> None:
    async with database.change(occasion()) as work:
        first, second = await put(work, "roof"), await put(work, "wall")

    async with listening(database) as (work, said):
        await work.put(REMOVE, touching=first, id=first)
        await work.put(REMOVE, touching=second, id=second)

    assert said == ["WITH"]
    assert await names(database) == []


async def test_a_connection_lost_in_the_one_statement_leaves_the_outcome_unknown(database: Database) -> None:
    async def lose_the_connection(work: Work) -> None:
        await work.fetch_one(GET, id=new_id())
        await put(work, "roof")
        async with database.pool.acquire() as other:
            await other.execute("SELECT pg_terminate_backend($1, 2000)", work.connection.get_server_pid())

    with pytest.raises(OutcomeUnknown):
        await change(database, lose_the_connection)


async def test_writers_of_one_subject_keep_its_versions_gapless(database: Database) -> None:
    async with database.change(occasion()) as work:
        thing = await add_thing(work, name="roof", territory=PLACE)

    async def rename_until_done(name: str) -> None:
        while True:
            try:
                async with database.change(occasion()) as work:
                    await rename_thing(work, thing_id=thing.id, name=name)
            except ChangedMeanwhile:
                continue
            return

    await asyncio.gather(*(rename_until_done(f"name {number}") for number in range(20)))

    async with database.read(occasion()) as work:
        rows = await work.connection.fetch("SELECT subject_version, data FROM journal ORDER BY seq")
    assert [row["subject_version"] for row in rows] == list(range(1, 22))
    assert await names(database) == [rows[-1]["data"]["called"]]


async def test_a_row_is_locked_before_the_head_of_its_subject(database: Database) -> None:
    async with database.change(occasion()) as work:
        thing = await add_thing(work, name="roof", territory=PLACE)

    async def rename(work: Work) -> None:
        await rename_thing(work, thing_id=thing.id, name="wall")

    async with database.pool.acquire() as first, database.pool.acquire() as second:
        async with first.transaction():
            await first.execute("SELECT FROM things FOR UPDATE")
            renaming = asyncio.create_task(change(database, rename))
            while not await second.fetch("SELECT FROM pg_locks WHERE NOT granted"):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            await second.execute("SELECT FROM subject_heads FOR UPDATE NOWAIT")
        await renaming

    assert await names(database) == ["wall"]


async def test_a_division_that_is_no_count_is_not_taken_for_a_change_of_others(database: Database) -> None:
    async def divide(work: Work) -> None:
        await work.put(DIVIDING, id=new_id())

    with pytest.raises(asyncpg.DivisionByZeroError):
        await change(database, divide)


@pytest.mark.parametrize(
    ("statement", "looks"),
    [
        (select(things.c.id, func.count()).group_by(things.c.id), True),
        (select(things).with_for_update(), False),
        (select(func.pg_try_advisory_xact_lock(7)), False),
        (select(func.nextval("a")), False),
        (delete(things), False),
        (text("SELECT 1"), False),
    ],
)
def test_only_what_leaves_no_trace_runs_outside_the_transaction(statement: object, *, looks: bool) -> None:
    assert Query(statement, check_scope=False).only_looks is looks  # type: ignore[arg-type]
