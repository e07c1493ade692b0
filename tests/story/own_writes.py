"""Reading in one service what was just written in another, whatever carries the events."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import httpx

from shared.storage import administrator

__all__ = ["OwnWrites"]

ESTATES: Final = "/api/estate-registry/estates"
FILES: Final = "/api/supervision/estate-files"
TOKEN: Final = "consistency-token"
WRITES: Final = 20
# A read waits for two seconds; the rest is the machine's.
WAITED: Final = (2.0, 6.0)
LATER_SECONDS: Final = 0.7


@dataclass(frozen=True, kw_only=True)
class OwnWrites:
    """A platform by a client that has its address and an officer's token, and its server as administrator."""

    client: httpx.AsyncClient
    admin_dsn: str

    async def register(self) -> tuple[str, str]:
        """Register an estate; return its id, and the token of the write."""
        body = {"territory": "610703001001", "name": f"先读后写{uuid4().hex[:8]}"}
        answer = await self.client.post(ESTATES, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], answer.headers[TOKEN]

    async def read(self, estate: str, token: str | None = None) -> httpx.Response:
        """Ask supervision for the estate's file."""
        return await self.client.get(f"{FILES}/{estate}", headers={} if token is None else {TOKEN: token})

    async def every_write_is_read_at_once(self) -> None:
        """Hold that a read with the token of a write never comes too early."""
        for _ in range(WRITES):
            estate, token = await self.register()
            answer = await self.read(estate, token)
            assert (answer.status_code, estate in answer.text) == (200, True), answer.text

    async def a_read_waits_no_longer_than_it_may(self) -> None:
        """Hold that a reader whose fact cannot be applied is refused in time and by the token's name."""
        async with self._nothing_applied():
            estate, token = await self.register()
            at_once = await self.read(estate)
            began = time.monotonic()
            refused = await self.read(estate, token)
            waited = time.monotonic() - began
        assert at_once.status_code == 404
        assert refused.status_code == 504, refused.text
        problem = refused.json()
        assert problem["type"] == "/api/problems/read-model-behind"
        assert token in problem["detail"]
        assert WAITED[0] <= waited < WAITED[1]
        assert (await self.read(estate, token)).status_code == 200

    async def a_read_goes_on_as_soon_as_the_fact_is_applied(self) -> None:
        """Hold that a reader who waits is answered when the fact comes, and not refused."""
        async with self._nothing_applied():
            estate, token = await self.register()
            reading = asyncio.create_task(self.read(estate, token))
            await asyncio.sleep(LATER_SECONDS)
            early = reading.done()
        answer = await reading
        assert not early
        assert (answer.status_code, estate in answer.text) == (200, True), answer.text

    @asynccontextmanager
    async def _nothing_applied(self) -> AsyncIterator[None]:
        """Keep supervision from applying, by the table it writes first; readers are not held up."""
        async with administrator(self.admin_dsn) as connection, connection.transaction():
            await connection.execute("LOCK TABLE supervision.inbox IN EXCLUSIVE MODE")
            yield
