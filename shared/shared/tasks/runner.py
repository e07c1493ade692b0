"""Do what is due: each task in a transaction of its own, which also takes it off the calendar."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select, update

from shared.kernel import Actor, Clock
from shared.logging import get_logger
from shared.storage import DATABASE_AWAY, Database, Occasion, Query, Work, new_metadata
from shared.tasks.scheduling import cancel
from shared.tracing import new_trace

__all__ = ["MAX_ATTEMPTS", "DueTask", "TaskHandler", "TaskRunner"]

# After so many failures a task waits for a person; `due_tasks.error` says why.
MAX_ATTEMPTS: Final = 8
POLL_SECONDS: Final = 0.5
BACKOFF_SECONDS_MAX: Final = 600

_log = get_logger(__name__)
_tasks = new_metadata().tables["due_tasks"]
_CLAIM: Final = Query(
    select(_tasks)
    .where(_tasks.c.due_at <= bindparam("now"), _tasks.c.attempts < MAX_ATTEMPTS)
    .order_by(_tasks.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_POSTPONE: Final = Query(
    update(_tasks)
    .where(_tasks.c.kind == bindparam("task_kind"), _tasks.c.key == bindparam("task_key"))
    .values(attempts=bindparam("attempts"), error=bindparam("error"), due_at=bindparam("due_at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task whose moment has come."""

    kind: str
    key: str
    due_at: datetime
    data: Mapping[str, object]
    attempts: int


TaskHandler = Callable[[Work, DueTask], Awaitable[None]]


class TaskFailed(Exception):  # noqa: N818 - carries the task out of its rolled-back transaction
    """A handler failed; the transaction is rolled back and the task postponed."""

    def __init__(self, task: DueTask, fault: Exception) -> None:
        """Keep task and fault."""
        super().__init__(str(fault))
        self.task = task
        self.fault = fault


class TaskRunner:
    """Runs the due tasks of one service. Several may run beside each other."""

    def __init__(
        self, *, service: str, database: Database, handlers: Mapping[str, TaskHandler], clock: Clock
    ) -> None:
        """Take one handler for each kind of task."""
        self._occasion_actor = Actor.system(f"{service}.tasks")
        self._database = database
        self._handlers = handlers
        self._clock = clock

    async def run(self) -> None:
        """Do due tasks until cancelled; what is under way then is rolled back and done again later."""
        while True:
            if not await self._careful_step():
                await asyncio.sleep(POLL_SECONDS)

    async def step(self) -> bool:
        """Do one due task, if there is one; say whether there was."""
        try:
            async with self._database.begin(self._occasion()) as work:
                return await self._do_one(work)
        except TaskFailed as failed:
            await self._postpone(failed)
            return True

    async def _careful_step(self) -> bool:
        try:
            return await self.step()
        except DATABASE_AWAY as fault:
            _log.warning("tasks wait for the database", error=type(fault).__name__)
            return False

    async def _do_one(self, work: Work) -> bool:
        row = await work.fetch_one(_CLAIM, now=work.now)
        if row is None:
            return False
        task = DueTask(**{name: row[name] for name in ("kind", "key", "due_at", "data", "attempts")})
        # Taken off first, so that the handler may put the next task of the same kind and key.
        await cancel(work, kind=task.kind, key=task.key)
        try:
            await self._handlers[task.kind](work, task)
        except Exception as fault:
            raise TaskFailed(task, fault) from fault
        return True

    async def _postpone(self, failed: TaskFailed) -> None:
        task, attempts = failed.task, failed.task.attempts + 1
        _log.warning("task failed", kind=task.kind, key=task.key, attempts=attempts, error=repr(failed.fault))
        delay = min(BACKOFF_SECONDS_MAX, 2**attempts) * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
        async with self._database.begin(self._occasion()) as work:
            await work.execute(
                _POSTPONE,
                task_kind=task.kind,
                task_key=task.key,
                attempts=attempts,
                error=repr(failed.fault),
                due_at=work.now + timedelta(seconds=delay),
            )

    def _occasion(self) -> Occasion:
        return Occasion(actor=self._occasion_actor, now=self._clock(), traceparent=new_trace().traceparent)
