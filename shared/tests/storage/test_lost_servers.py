"""Connections that the server knows nothing of any more, and whose clients hear nothing: nobody hangs."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sample_service import ADD, FACTS, SAMPLE
from sqlalchemy.engine import make_url

from shared.identity import Role
from shared.kernel import Actor, Scope, new_id
from shared.messaging import PostgresBus, Relay
from shared.storage import Database, Occasion, OutcomeUnknown
from shared.testing import ServiceDatabase, SettableClock, as_role, read_test_token, recorded_events
from tests.faults.proxy import Door

STATEMENT_MS: Final = 700
# The statement's time, the margin, the taking back, and a busy machine.
ANSWER_SECONDS: Final = 30.0
PATIENCE_SECONDS: Final = 60.0
OFFICER: Final = as_role(Role.AUTHORITY_OFFICER)
THINGS: Final = "/api/sample/things"
# The id of nothing, the same in every process that names the tests.
NOBODY: Final = UUID(int=7)
UNAVAILABLE: Final = (503, "/api/problems/temporarily-unavailable")
UNKNOWN: Final = (503, "/api/problems/outcome-unknown")


@dataclass(frozen=True)
class Ground:
    """A service's database behind a door, its application, and the same database by the straight way."""

    door: Door
    database: Database
    client: httpx.AsyncClient
    straight: Database


@pytest_asyncio.fixture(loop_scope="session")
async def ground(service_database: ServiceDatabase) -> AsyncIterator[Ground]:
    straight = service_database.database
    address = make_url(straight.dsn)
    door = Door("postgres", target=address.port or 0)
    await door.open()
    dsn = address.set(host="127.0.0.1", port=door.port).render_as_string(hide_password=False)
    database = Database(dsn=dsn, schema="sample", pool_min=3, pool_max=3, statement_timeout_ms=STATEMENT_MS)
    await database.open()
    app = SAMPLE.app(database=database, bearer=read_test_token, cursor_key=b"key", clock=SettableClock())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as client:
        yield Ground(door, database, client, straight)
    database.pool.terminate()
    await door.close()


def occasion() -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope("610703"), unit="610703:authority")
    return Occasion(actor=actor, now=SettableClock().now)


async def asked(client: httpx.AsyncClient, method: str, path: str) -> tuple[int, str, float]:
    """Return status and problem of an answer, and how long it took."""
    body = {"name": "roof", "territory": "610703001"} if method == "POST" else None
    began = time.monotonic()
    answer = await client.request(method, path, headers=OFFICER, json=body)
    return answer.status_code, answer.json().get("type", ""), time.monotonic() - began


# The whole command is one statement that commits by itself: whether the server got it, nobody knows.
@pytest.mark.parametrize(
    ("method", "path", "refusal"),
    [("GET", f"{THINGS}/{NOBODY}", UNAVAILABLE), ("POST", THINGS, UNKNOWN)],
)
async def test_who_asks_over_a_half_open_connection_is_answered_and_the_next_at_once(
    ground: Ground, method: str, path: str, refusal: tuple[int, str]
) -> None:
    left = ground.door.leave_half_open()

    *first, waited = await asked(ground.client, method, path)
    status, _, soon = await asked(ground.client, "POST", THINGS)

    assert len(left) == 3
    assert tuple(first) == refusal
    assert waited < ANSWER_SECONDS
    # The two others of the pool are dead as well, and nobody had to find out.
    assert (status, soon < STATEMENT_MS / 1000 + 2) == (201, True)
    assert len(await recorded_events(ground.straight, catalogue=FACTS)) == 1


async def test_a_commit_that_nobody_answers_has_an_unknown_outcome(ground: Ground) -> None:
    began = time.monotonic()

    async def commit_into_silence() -> None:
        async with ground.database.begin(occasion()) as work:
            await work.execute(ADD, id=new_id(), name="roof", territory="610703001", version=1)
            ground.door.leave_half_open()

    with pytest.raises(OutcomeUnknown):
        await commit_into_silence()

    assert time.monotonic() - began < ANSWER_SECONDS
    assert await ground.straight.pool.fetchval("SELECT count(*) FROM things") == 0


async def test_a_relay_whose_connection_is_half_open_leads_again(ground: Ground) -> None:
    relay = Relay(database=ground.database, bus=PostgresBus(ground.database), tenant="610703")
    running = asyncio.create_task(relay.run())
    try:
        await until(lambda: relay.metrics.leading)
        ground.door.leave_half_open()
        await until(lambda: not relay.metrics.leading)
        await until(lambda: relay.metrics.leading)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    assert relay.metrics.failures >= 1


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not holds():  # noqa: ASYNC110 - a figure of the relay's
            await asyncio.sleep(0.05)


async def test_the_kernel_watches_over_every_connection(ground: Ground) -> None:
    dedicated = await ground.database.connect()
    async with ground.database.pool.acquire() as pooled:
        for connection in (dedicated, pooled):
            own = connection._transport.get_extra_info("socket")  # type: ignore[union-attr]
            with socket.socket(fileno=os.dup(own.fileno())) as same:
                options = [
                    same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE),
                    same.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
                    same.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT),
                ]
            assert options == [1, 5, 10_000]
    await dedicated.close()
