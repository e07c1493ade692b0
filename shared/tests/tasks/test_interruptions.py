"""A connection that ends under a task interrupts it, which is not held against it a few times in a row."""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import pytest
import pytest_asyncio
from sqlalchemy.engine import make_url

from shared.kernel import Actor
from shared.storage import Database, Occasion, Work
from shared.tasks import DueTask, TaskRunner, schedule
from shared.tasks.runner import MAX_INTERRUPTIONS
from shared.testing import ServiceDatabase, SettableClock
from tests.faults.proxy import Door

STATEMENT_MS: Final = 500


class Ground:
    """A runner whose database lies behind a door, and a handler that may come upon trouble there."""

    def __init__(self, door: Door, database: Database, straight: Database, clock: SettableClock) -> None:
        self.door, self.straight, self.clock = door, straight, clock
        self.trouble: str | None = None
        self.runner = TaskRunner(
            service="sample", database=database, handlers={"ring": self._ring}, clock=clock
        )

    async def _ring(self, work: Work, task: DueTask) -> None:
        await self._meet_trouble()
        await work.connection.execute("INSERT INTO things VALUES (gen_random_uuid(), $1, '61', 1)", task.key)
        if self.trouble == "own fault":
            message = "a department does not answer"
            raise TimeoutError(message)

    async def _meet_trouble(self) -> None:
        if self.trouble == "half open":
            self.door.leave_half_open()
        elif self.trouble == "reset":
            self.door.reset()

    async def put(self) -> None:
        occasion = Occasion(actor=Actor.system("test"), now=self.clock())
        async with self.straight.begin(occasion) as work:
            await schedule(work, kind="ring", key="bell", due_at=self.clock())

    async def step(self, trouble: str | None) -> bool | None:
        """Do a step; None when it could not be brought to an end."""
        self.trouble = trouble
        with suppress(Exception):
            return await self.runner.step()
        return None

    async def attempts(self) -> int | None:
        found: int | None = await self.straight.pool.fetchval("SELECT attempts FROM due_tasks")
        return found

    async def effects(self) -> int:
        count: int = await self.straight.pool.fetchval("SELECT count(*) FROM things")
        return count


@pytest_asyncio.fixture(loop_scope="session")
async def ground(service_database: ServiceDatabase, clock: SettableClock) -> AsyncIterator[Ground]:
    straight = service_database.database
    address = make_url(straight.dsn)
    door = Door("postgres", target=address.port or 0)
    await door.open()
    dsn = address.set(host="127.0.0.1", port=door.port).render_as_string(hide_password=False)
    database = Database(dsn=dsn, schema="sample", pool_min=1, pool_max=2, statement_timeout_ms=STATEMENT_MS)
    await database.open()
    made = Ground(door, database, straight, clock)
    await made.put()
    yield made
    database.pool.terminate()
    await door.close()


@pytest.mark.parametrize("trouble", ["half open", "reset"])
async def test_an_interrupted_task_keeps_its_attempts_and_is_done_at_the_next_step(
    ground: Ground, trouble: str
) -> None:
    interrupted = await ground.step(trouble)
    counted = await ground.attempts()

    again = await ground.step(None)

    assert (interrupted, counted) == (None, 0)
    assert (again, await ground.attempts(), await ground.effects()) == (True, None, 1)


async def test_a_task_under_which_the_connection_always_ends_fails_at_last(ground: Ground) -> None:
    counted = []
    for _ in range(MAX_INTERRUPTIONS + 1):
        await ground.step("reset")
        counted.append(await ground.attempts())

    assert counted == [0] * MAX_INTERRUPTIONS + [1]


async def test_an_own_time_out_over_a_good_connection_is_a_failure(ground: Ground) -> None:
    assert await ground.step("own fault")

    assert await ground.attempts() == 1
