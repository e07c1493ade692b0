"""What PostgreSQL may answer that is not a result, by the names the rest of the platform knows."""

from typing import Final

import asyncpg

__all__ = ["DATABASE_AWAY", "AlreadyThere", "Overlapping", "RuleBroken"]

# A unique index refused a row.
AlreadyThere = asyncpg.UniqueViolationError

# An exclusion constraint refused a row: two periods share a day.
Overlapping = asyncpg.ExclusionViolationError

# A CHECK refused a row; `constraint_name` says which.
RuleBroken = asyncpg.CheckViolationError

# The database cannot be reached or does not answer in time; what was under way did not happen.
DATABASE_AWAY: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    # What asyncpg raises when the server cuts a connection in the middle of a statement.
    asyncpg.InternalClientError,
    OSError,
)
