"""What kind of failure an exception is: it decides whether to wait, to try again or to park."""

from enum import StrEnum
from typing import Final

import asyncpg

from shared.storage import CONTENDED, ChangedMeanwhile, OutcomeUnknown

__all__ = ["DATABASE_ERRORS", "Failure", "failure_of"]

# What a statement can raise, by its own fault or not.
DATABASE_ERRORS: Final = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
)


class Failure(StrEnum):
    """What a failure asks for."""

    # The database or the bus is away: try again until it is back; the event is not to blame.
    UNAVAILABLE = "unavailable"
    # Others were in the way: try again some times, then take the event for the cause.
    CONTENDED = "contended"
    # The same would happen again: park it.
    PERMANENT = "permanent"


_UNAVAILABLE: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.PostgresIOError,
    # Lost in the commit: if it took effect, the inbox says so when it is tried again.
    OutcomeUnknown,
    # A statement begun in the moment the server cuts the connection.
    asyncpg.InternalClientError,
)
_CONTENDED: Final = (
    TimeoutError,
    ChangedMeanwhile,
    *CONTENDED,
    asyncpg.QueryCanceledError,
    asyncpg.IdleInTransactionSessionTimeoutError,
)


def failure_of(error: BaseException) -> Failure:
    """Return the kind of a failure; what is not known to pass is permanent."""
    if isinstance(error, _CONTENDED):
        return Failure.CONTENDED
    if isinstance(error, _UNAVAILABLE) or _tells_of_closed_connection(error):
        return Failure.UNAVAILABLE
    return Failure.PERMANENT


def _tells_of_closed_connection(error: BaseException) -> bool:
    """Say whether asyncpg refused because the connection is gone: it has no class of its own for that."""
    return isinstance(error, asyncpg.InterfaceError) and "closed" in str(error)
