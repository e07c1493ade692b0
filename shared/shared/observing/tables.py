"""The figures that lie in a service's tables: any of its processes can read them."""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.observing.catalogue import Figure
from shared.storage import Row
from shared.tasks import MAX_ATTEMPTS

__all__ = ["table_figures"]

# Runs a statement and returns its first row.
Ask = Callable[..., Awaitable[Row | None]]

_TABLES: Final = """
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT 100000) AS o) AS outbox_waiting,
    coalesce((SELECT extract(epoch FROM now() - recorded_at) FROM outbox ORDER BY seq LIMIT 1), 0)::float8
        AS outbox_oldest_seconds,
    (SELECT count(*) FROM parked WHERE consumer = $1 AND state = 'waiting') AS parked_waiting,
    (SELECT count(*) FROM due_tasks WHERE due_at > now()) AS tasks_waiting,
    (SELECT count(*) FROM due_tasks WHERE due_at <= now() AND attempts < $2) AS tasks_overdue,
    coalesce((SELECT extract(epoch FROM now() - min(due_at)) FROM due_tasks
        WHERE due_at <= now() AND attempts < $2), 0)::float8 AS tasks_overdue_oldest_seconds,
    (SELECT count(*) FROM due_tasks WHERE error IS NOT NULL AND attempts >= $2) AS tasks_exhausted
"""


async def table_figures(ask: Ask, *, service: str, consumer: str) -> list[Figure]:
    """Read them by a connection's `fetchrow`; that they can be read says that the database is there."""
    row = await ask(_TABLES, consumer, MAX_ATTEMPTS)
    read = {"database_up": 1, **dict(row or {})}
    return [Figure(f"gongzhi_{name}", (service,), value) for name, value in read.items()]
