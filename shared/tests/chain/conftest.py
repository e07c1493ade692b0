from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from shared.testing import ServiceDatabase


@pytest_asyncio.fixture(loop_scope="session")
async def intruder(service_database: ServiceDatabase) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A superuser who switches the triggers off, as somebody who rewrites history would."""
    connection = await asyncpg.connect(
        service_database.admin_dsn,
        server_settings={"search_path": "sample,public", "session_replication_role": "replica"},
    )
    yield connection
    await connection.close()
