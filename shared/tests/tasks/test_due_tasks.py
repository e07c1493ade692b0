import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from shared.kernel import Actor
from shared.storage import Database, Occasion, Work
from shared.tasks import MAX_ATTEMPTS, DueTask, TaskHandler, TaskRunner, cancel, schedule
from shared.testing import ServiceDatabase, SettableClock

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

HOUR = timedelta(hours=1)


class Handler:
    """Remembers what it was asked to do, and fails while told to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.failing = False

    async def __call__(self, work: Work, task: DueTask) -> None:
        await work.connection.execute("INSERT INTO things VALUES (gen_random_uuid(), $1, '61', 1)", task.key)
        if self.failing:
            raise RuntimeError(task.key)
        self.done.append(task.key)


@pytest.fixture
def handler() -> Handler:
    return Handler()


@pytest.fixture
def runner(database: Database, handler: Handler, clock: SettableClock) -> TaskRunner:
    return TaskRunner(service="sample", database=database, handlers={"ring": handler}, clock=clock)


async def put(database: Database, clock: SettableClock, key: str, after: timedelta = HOUR) -> None:
    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await schedule(work, kind="ring", key=key, due_at=clock() + after)


async def effects(database: Database) -> int:
    async with database.read(Occasion(actor=Actor.system("test"), now=SettableClock().now)) as work:
        count: int = await work.connection.fetchval("SELECT count(*) FROM things")
        return count


async def test_a_task_is_done_once_when_its_moment_has_come(
    database: Database, clock: SettableClock, runner: TaskRunner, handler: Handler
) -> None:
    await put(database, clock, "bell")
    assert not await runner.step()

    clock.advance(HOUR)

    assert await runner.step()
    assert not await runner.step()
    assert handler.done == ["bell"]
    assert await effects(database) == 1


async def test_a_task_put_again_is_moved(
    database: Database, clock: SettableClock, runner: TaskRunner, handler: Handler
) -> None:
    await put(database, clock, "bell")
    await put(database, clock, "bell", 3 * HOUR)

    clock.advance(HOUR)

    assert not await runner.step()
    assert handler.done == []


async def test_a_task_taken_off_is_not_done(
    database: Database, clock: SettableClock, runner: TaskRunner
) -> None:
    await put(database, clock, "bell")
    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await cancel(work, kind="ring", key="bell")

    clock.advance(HOUR)

    assert not await runner.step()


async def test_a_failing_task_has_no_effect_and_is_tried_again(
    database: Database, clock: SettableClock, runner: TaskRunner, handler: Handler
) -> None:
    await put(database, clock, "bell")
    handler.failing = True
    clock.advance(HOUR)
    await runner.step()
    assert await effects(database) == 0

    handler.failing = False
    clock.advance(HOUR)
    await runner.step()

    assert handler.done == ["bell"]
    assert await effects(database) == 1


async def test_a_task_that_always_fails_waits_for_a_person(
    database: Database, clock: SettableClock, runner: TaskRunner, handler: Handler
) -> None:
    await put(database, clock, "bell")
    handler.failing = True
    for _ in range(MAX_ATTEMPTS):
        clock.advance(HOUR)
        assert await runner.step()

    clock.advance(HOUR)

    assert not await runner.step()
    async with database.read(Occasion(actor=Actor.system("test"), now=clock())) as work:
        assert "bell" in await work.connection.fetchval("SELECT error FROM due_tasks")


async def test_one_failing_task_does_not_hold_up_the_others(
    database: Database, clock: SettableClock, handler: Handler
) -> None:
    broken = Handler()
    broken.failing = True
    runner = TaskRunner(
        service="sample", database=database, handlers={"ring": handler, "break": broken}, clock=clock
    )
    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await schedule(work, kind="break", key="first", due_at=clock())
    await put(database, clock, "second")
    clock.advance(HOUR)

    while await runner.step():
        pass

    assert handler.done == ["second"]


async def test_a_task_put_anew_while_it_failed_keeps_its_new_moment(
    database: Database, clock: SettableClock
) -> None:
    async def fail_after_another_put_it_anew(_work: Work, task: DueTask) -> None:
        raise RuntimeError(task.key)

    runner = TaskRunner(
        service="sample", database=database, handlers={"ring": fail_after_another_put_it_anew}, clock=clock
    )
    await put(database, clock, "bell")
    clock.advance(HOUR)
    await runner.step()
    failed = await the_task(database)

    await put(database, clock, "bell", 3 * HOUR)
    await runner._postpone(failed, RuntimeError("bell"))

    assert (await the_task(database)).due_at == clock() + 3 * HOUR


async def the_task(database: Database) -> DueTask:
    async with database.read(Occasion(actor=Actor.system("test"), now=SettableClock().now)) as work:
        row = await work.connection.fetchrow("SELECT id, kind, key, due_at, data, attempts FROM due_tasks")
    assert row is not None
    return DueTask(**dict(row))


class Raising:
    """Raises what it is told, so many times; then works."""

    def __init__(self, fault: Exception, *, times: int) -> None:
        self.fault, self.times, self.calls = fault, times, 0

    async def __call__(self, work: Work, task: DueTask) -> None:
        self.calls += 1
        await work.connection.execute("INSERT INTO things VALUES (gen_random_uuid(), $1, '61', 1)", task.key)
        if self.calls <= self.times:
            raise self.fault


def runner_of(database: Database, clock: SettableClock, raising: Raising, handler: Handler) -> TaskRunner:
    handlers: dict[str, TaskHandler] = {"first": raising, "ring": handler}
    return TaskRunner(service="sample", database=database, handlers=handlers, clock=clock)


async def put_first(database: Database, clock: SettableClock) -> None:
    """Put a task that is due before all others."""
    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await schedule(work, kind="first", key="first", due_at=clock())


@pytest.mark.parametrize(
    "fault",
    [
        asyncpg.QueryCanceledError("statement timeout"),
        ConnectionRefusedError("a department does not answer"),
        asyncpg.DataError("value out of int32 range"),
    ],
)
async def test_a_task_that_fails_by_its_own_fault_makes_way_for_the_others(
    database: Database, clock: SettableClock, handler: Handler, fault: Exception
) -> None:
    await put_first(database, clock)
    await put(database, clock, "bell", after=timedelta(0))
    raising = Raising(fault, times=99)
    runner = runner_of(database, clock, raising, handler)

    assert [await runner.step() for _ in range(3)] == [True, True, False]

    assert (handler.done, raising.calls) == (["bell"], 1)


@pytest.mark.parametrize("fault", [asyncpg.DeadlockDetectedError(""), asyncpg.SerializationError("")])
async def test_a_task_that_met_another_transaction_is_tried_again_at_once(
    database: Database, clock: SettableClock, handler: Handler, fault: Exception
) -> None:
    await put_first(database, clock)
    raising = Raising(fault, times=2)

    assert await runner_of(database, clock, raising, handler).step()

    assert (raising.calls, await effects(database)) == (3, 1)
    assert await database.pool.fetchval("SELECT count(*) FROM due_tasks") == 0


async def test_a_deadlock_with_a_command_is_passed_by_the_task(
    database: Database, clock: SettableClock
) -> None:
    """Two things, locked by a command and by a task in opposite order."""
    await database.pool.execute(
        "INSERT INTO things SELECT gen_random_uuid(), n, '61', 1 FROM unnest(ARRAY['a', 'b']) AS n"
    )
    meeting = asyncio.Barrier(2)
    both = [asyncio.Event()]

    async def lock(connection: "PoolConnectionProxy[asyncpg.Record]", *names: str) -> None:
        for name in names:
            await connection.execute("UPDATE things SET version = version + 1 WHERE name = $1", name)
            if not both[0].is_set():
                await meeting.wait()
                both[0].set()

    async def task(work: Work, _task: DueTask) -> None:
        await lock(work.connection, "a", "b")

    async def command() -> str:
        try:
            async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
                await lock(work.connection, "b", "a")
        except asyncpg.DeadlockDetectedError:
            return "deadlock"
        return "done"

    await put_first(database, clock)
    runner = TaskRunner(service="sample", database=database, handlers={"first": task}, clock=clock)

    commanded, stepped = await asyncio.gather(command(), runner.step())

    assert stepped
    assert await database.pool.fetchval("SELECT count(*) FROM due_tasks") == 0
    versions = await database.pool.fetch("SELECT version FROM things ORDER BY name")
    assert {row["version"] for row in versions} == {3 if commanded == "done" else 2}


async def test_a_lost_connection_is_not_held_against_a_task(
    database: Database, clock: SettableClock, handler: Handler
) -> None:
    await put_first(database, clock)
    runner = runner_of(database, clock, Raising(asyncpg.ConnectionDoesNotExistError(""), times=1), handler)

    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await runner.step()

    assert await database.pool.fetchval("SELECT attempts FROM due_tasks") == 0
    assert await runner.step()


async def test_what_fails_around_a_task_does_not_end_the_worker(
    service_database: ServiceDatabase, clock: SettableClock, runner: TaskRunner, handler: Handler
) -> None:
    await put(service_database.database, clock, "bell", after=timedelta(0))
    admin = await asyncpg.connect(service_database.admin_dsn)
    await admin.execute("ALTER TABLE sample.due_tasks RENAME TO away")
    working = asyncio.create_task(runner.run())
    await asyncio.sleep(0.2)
    assert not working.done()

    await admin.execute("ALTER TABLE sample.away RENAME TO due_tasks")
    await admin.close()
    async with asyncio.timeout(20):
        while not handler.done:  # noqa: ASYNC110 - the handler is a list of what was done
            await asyncio.sleep(0.05)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
