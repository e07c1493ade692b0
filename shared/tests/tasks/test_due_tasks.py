from datetime import timedelta

import pytest

from shared.kernel import Actor
from shared.storage import Database, Occasion, Work
from shared.tasks import MAX_ATTEMPTS, DueTask, TaskRunner, cancel, schedule
from shared.testing import SettableClock

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
