"""What PostgreSQL may answer that is not a result, by the names the rest of the platform knows."""

from typing import Final

import asyncpg

__all__ = ["DATABASE_AWAY", "ConstraintBroken"]

# The database refused a row: unique, exclusion, foreign key, check. `constraint_name` says which.
ConstraintBroken = asyncpg.IntegrityConstraintViolationError

# The database cannot be reached or does not answer in time; what was under way did not happen.
DATABASE_AWAY: Final[tuple[type[Exception], ...]] = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.QueryCanceledError,
    asyncpg.InterfaceError,
    OSError,
)
