"""How long the log keeps what was read."""

from datetime import datetime, timedelta
from typing import Final

from shared.storage import Database

__all__ = ["RETENTION", "prune_log"]

# Domain, 10: thirty days on the bus; the journal keeps everything.
RETENTION: Final = timedelta(days=30)
MOST_PRUNED: Final = 10_000

# Only from the head of the log, and nothing that a known group has not read yet.
_PRUNE: Final = """
DELETE FROM bus.log WHERE topic = $1 AND position IN (
    SELECT position FROM (
        SELECT position, written_at FROM bus.log WHERE topic = $1 ORDER BY position LIMIT $3
    ) AS head
    WHERE written_at < $2
    AND position <= (SELECT coalesce(min(position), 9223372036854775807) FROM bus.positions WHERE topic = $1)
)
"""


async def prune_log(database: Database, *, topic: str, now: datetime, keep: timedelta = RETENTION) -> int:
    """Delete what is older than `keep` and read by every group; return how many messages went.

    At most MOST_PRUNED go at once: call it again while it returns that many.
    """
    status = await database.pool.execute(_PRUNE, topic, now - keep, MOST_PRUNED)
    return int(status.rpartition(" ")[2])
