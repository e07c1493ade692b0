"""Do what is due: each task in a transaction of its own, which also takes it off the calendar."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select, update

from shared.kernel import Actor, Clock, Pulse
from shared.logging import get_logger
from shared.storage import (
    CONTENDED,
    DATABASE_AWAY,
    HOUSE_TABLES,
    Database,
    Occasion,
    Query,
    Work,
    connection_lost,
)
from shared.tasks.scheduling import cancel
from shared.tracing import new_trace

__all__ = ["MAX_ATTEMPTS", "DueTask", "TaskHandler", "TaskRunner"]

# After so many failures a task waits for a person; `due_tasks.error` says why.
MAX_ATTEMPTS: Final = 8
# So often in a row a connection may end under a task; after that each time is a failure: it may be the task
# that brings the server down.
MAX_INTERRUPTIONS: Final = 5
# So often is a task tried at once that met another transaction in its way.
MAX_TRIES: Final = 4
RETRY_SECONDS: Final = 0.05
POLL_SECONDS: Final = 0.5
BACKOFF_SECONDS_MAX: Final = 600

_log = get_logger(__name__)
_tasks = HOUSE_TABLES["due_tasks"]
_CLAIM: Final = Query(
    select(_tasks)
    .where(_tasks.c.due_at <= bindparam("now"), _tasks.c.attempts < MAX_ATTEMPTS)
    .order_by(_tasks.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_POSTPONE: Final = Query(
    update(_tasks)
    .where(_tasks.c.id == bindparam("task_id"))
    .values(attempts=bindparam("attempts"), error=bindparam("error"), due_at=bindparam("due_at"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTask:
    """A task whose moment has come. `id` changes when the task is put anew."""

    id: UUID
    kind: str
    key: str
    due_at: datetime
    data: Mapping[str, object]
    attempts: int


TaskHandler = Callable[[Work, DueTask], Awaitable[None]]


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
        # How often in a row each task was interrupted in this process.
        self._interruptions: Counter[UUID] = Counter()
        self.pulse = Pulse()

    async def run(self) -> None:
        """Do due tasks until cancelled; what is under way then is rolled back and done again later."""
        while True:
            self.pulse.beat()
            if not await self._careful_step():
                await asyncio.sleep(POLL_SECONDS)

    async def step(self) -> bool:
        """Do one due task, if there is one; say whether there was. A task that fails is postponed.

        A connection that ends under a task, or on which nobody answers any more, is not held against it,
        MAX_INTERRUPTIONS times in a row; whoever was in its way is given some tries to pass.
        """
        tried = 0
        while True:
            task, work = None, None
            try:
                async with self._database.begin(self._occasion()) as work:
                    task = await _claim(work)
                    if task is not None:
                        await self._handlers[task.kind](work, task)
            except Exception as fault:
                tried += 1
                if isinstance(fault, CONTENDED) and tried < MAX_TRIES:
                    await asyncio.sleep(random.uniform(0, RETRY_SECONDS * tried))  # noqa: S311 - jitter
                    continue
                lost = connection_lost(fault) or (work is not None and work.interrupted)
                if task is None or (lost and self._may_be_interrupted(task)):
                    raise
                await self._postpone(task, fault)
            if task is not None:
                del self._interruptions[task.id]
            return task is not None

    def _may_be_interrupted(self, task: DueTask) -> bool:
        """Count that a connection ended under a task, and say whether it is still not held against it."""
        self._interruptions[task.id] += 1
        _log.warning("task interrupted", kind=task.kind, key=task.key, times=self._interruptions[task.id])
        return self._interruptions[task.id] <= MAX_INTERRUPTIONS

    async def _careful_step(self) -> bool:
        """Do one due task. Whatever else fails passes or is mended by others: it is tried again."""
        try:
            return await self.step()
        except DATABASE_AWAY as fault:
            _log.warning("tasks wait for the database", error=type(fault).__name__)
        except Exception as fault:  # noqa: BLE001 - the worker's other parts must not end with it
            _log.error("tasks cannot be taken up", error=f"{type(fault).__name__}: {fault}")
        return False

    async def _postpone(self, task: DueTask, fault: Exception) -> None:
        attempts = task.attempts + 1
        _log.warning("task failed", kind=task.kind, key=task.key, attempts=attempts, error=repr(fault))
        delay = min(BACKOFF_SECONDS_MAX, 2**attempts) * random.uniform(0.5, 1)  # noqa: S311 - jitter, not a secret
        async with self._database.begin(self._occasion()) as work:
            await work.execute(
                _POSTPONE,
                task_id=task.id,
                attempts=attempts,
                error=repr(fault),
                due_at=work.now + timedelta(seconds=delay),
            )

    def _occasion(self) -> Occasion:
        return Occasion(actor=self._occasion_actor, now=self._clock(), traceparent=new_trace().traceparent)


async def _claim(work: Work) -> DueTask | None:
    """Take the next due task off the calendar, so that its handler may put another of its kind and key."""
    row = await work.fetch_one(_CLAIM, now=work.now)
    if row is None:
        return None
    task = DueTask(**{name: row[name] for name in ("id", "kind", "key", "due_at", "data", "attempts")})
    await cancel(work, kind=task.kind, key=task.key)
    return task
