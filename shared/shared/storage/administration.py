"""What an administrator does with a server: outside every service's schema."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

__all__ = ["administrator", "make_database"]


@asynccontextmanager
async def administrator(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """Open one connection for an administrator's errand, and close it."""
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


async def make_database(dsn: str, *, name: str) -> None:
    """Make a database of this name where there is none. The name is ours, never a caller's."""
    async with administrator(dsn) as connection:
        if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {name}")
