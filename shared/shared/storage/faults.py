"""What PostgreSQL may answer that is not a result, by the names the rest of the platform knows."""

from typing import Final

import asyncpg

from shared.kernel import Conflict, Refusal

__all__ = [
    "CONNECTION_LOST",
    "CONTENDED",
    "DATABASE_AWAY",
    "AlreadyThere",
    "ChangedMeanwhile",
    "OutcomeUnknown",
    "Overlapping",
    "RuleBroken",
    "connection_lost",
]

# A unique index refused a row.
AlreadyThere = asyncpg.UniqueViolationError

# An exclusion constraint refused a row: two periods share a day.
Overlapping = asyncpg.ExclusionViolationError

# A CHECK refused a row; `constraint_name` says which.
RuleBroken = asyncpg.CheckViolationError

# Another transaction was in the way; the same again may well succeed.
CONTENDED: Final[tuple[type[Exception], ...]] = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)

# The connection ended before the answer came.
CONNECTION_LOST: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    # What asyncpg raises when the server cuts a connection in the middle of a statement.
    asyncpg.InternalClientError,
    OSError,
)


class ChangedMeanwhile(Conflict):
    """Another person changed the row between our reading and our writing."""

    zh = "这条记录刚刚被他人修改过，请重新读取后再试。"
    en = "Someone changed this record in the meantime. Read it again, then retry."


class OutcomeUnknown(Refusal):
    """The connection was lost while the transaction was being committed: it took effect, or it did not."""

    zh = (
        "提交时与数据库的连接中断，您的请求是否生效尚不确定。请用相同的 Idempotency-Key 重新提交，"
        "已生效的不会重复办理；未使用该键的，请先查询办理结果再决定是否重新提交。"
    )
    en = (
        "The connection to the database was lost during the commit; whether your request took effect is not "
        "known. Repeat it with the same Idempotency-Key: what took effect is not done twice. Without such a "
        "key, look first whether it was done."
    )


# The database cannot be reached or does not answer in time; what was under way did not happen, but for
# OutcomeUnknown, which says that it may have.
DATABASE_AWAY: Final[tuple[type[Exception], ...]] = (
    *CONNECTION_LOST,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    OutcomeUnknown,
)

# As CONNECTION_LOST, but for what a program can raise by a fault of its own.
_SERVER_GONE: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    OutcomeUnknown,
)


def connection_lost(error: BaseException) -> bool:
    """Say whether the server cut the connection or takes none: whoever used it is not to blame."""
    if isinstance(error, _SERVER_GONE):
        return True
    # asyncpg has no class of its own for a connection that is gone.
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
