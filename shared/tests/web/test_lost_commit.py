"""The connection to PostgreSQL is lost in the commit: the caller hears so, and may repeat."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from shared.identity import Role
from shared.service import Service
from shared.storage import Database
from shared.testing import ServiceDatabase, SettableClock, as_role, read_test_token

NEVER = b"\0never\0"
BODY = {"name": "roof", "territory": "610703001"}
HEADERS = as_role(Role.AUTHORITY_OFFICER) | {"idempotency-key": "k-1", "accept-language": "en"}


@dataclass
class Cut:
    """Before which words a connection is cut, once, and whether the server still hears them."""

    before: bytes = b"COMMIT;"
    server_hears: bool = True


@asynccontextmanager
async def cutting_proxy(port: int, cut: Cut) -> AsyncIterator[int]:
    """Stand between a service and PostgreSQL."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind = await asyncio.open_connection("127.0.0.1", port)
        back = asyncio.create_task(_pump(behind[0], writer))
        try:
            await _forward(reader, behind, back, cut)
        finally:
            for stream in (behind[1], writer):
                stream.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def _forward(
    reader: asyncio.StreamReader,
    behind: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    back: asyncio.Task[None],
    cut: Cut,
) -> None:
    while data := await reader.read(65_536):
        if cut.before not in data:
            behind[1].write(data)
            continue
        await _silence(back)
        if cut.server_hears:
            behind[1].write(data)
            # The server has committed when it says so; nobody else hears it.
            await behind[0].readuntil(b"COMMIT")
        cut.before = NEVER
        return
    await _silence(back)


async def _silence(back: asyncio.Task[None]) -> None:
    back.cancel()
    await asyncio.gather(back, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
    writer.close()


@pytest.fixture
def cut() -> Cut:
    return Cut()


@pytest_asyncio.fixture(loop_scope="session")
async def cut_client(
    service: Service, database: Database, clock: SettableClock, cut: Cut
) -> AsyncIterator[httpx.AsyncClient]:
    address = urlsplit(database.dsn)
    assert address.port is not None
    async with cutting_proxy(address.port, cut) as port:
        dsn = database.dsn.replace(f":{address.port}/", f":{port}/")
        through = replace(database, dsn=dsn, pool_min=1, pool_max=1, _pool=None)
        await through.open()
        app = service.app(database=through, bearer=read_test_token, cursor_key=b"k" * 32, clock=clock)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as opened:
            yield opened
        await through.close()


async def things_in(service_database: ServiceDatabase) -> int:
    count: int = await service_database.database.pool.fetchval("SELECT count(*) FROM things")
    return count


@pytest.mark.parametrize("server_hears", [True, False])
async def test_it_is_said_that_the_outcome_is_unknown_and_a_repetition_does_it_once(
    cut_client: httpx.AsyncClient, service_database: ServiceDatabase, cut: Cut, *, server_hears: bool
) -> None:
    cut.server_hears = server_hears

    lost = await cut_client.post("/api/sample/things", json=BODY, headers=HEADERS)
    took_effect = await things_in(service_database)
    again = await cut_client.post("/api/sample/things", json=BODY, headers=HEADERS)

    assert (lost.status_code, lost.json()["type"]) == (503, "/api/problems/outcome-unknown")
    assert "Idempotency-Key" in lost.json()["detail"]
    assert took_effect == (1 if server_hears else 0)
    assert again.status_code == 201
    assert again.headers.get("idempotency-replayed") == ("true" if server_hears else None)
    assert await things_in(service_database) == 1


async def test_what_is_lost_before_the_commit_is_known_not_to_have_happened(
    cut_client: httpx.AsyncClient,
    service_database: ServiceDatabase,
    cut: Cut,
) -> None:
    cut.before, cut.server_hears = b"INSERT INTO", False

    lost = await cut_client.post("/api/sample/things", json=BODY, headers=HEADERS)

    assert (lost.status_code, lost.json()["type"]) == (503, "/api/problems/temporarily-unavailable")
    assert await things_in(service_database) == 0
