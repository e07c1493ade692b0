"""The sample service on a port: with its database, or the same routes without one.

python -m tests.bench.server PORT JWKS_FILE [DSN]
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import uvicorn
from fastapi import FastAPI
from sample_service import SAMPLE

from shared.process import bearer_of, verifier_of
from shared.settings import IdentitySettings, load
from shared.storage import Database, Occasion, Work


class Silent:
    """A connection that answers at once: what a statement costs beside the database."""

    row: ClassVar[dict[str, object]] = {
        "id": UUID(int=1),
        "name": "roof",
        "territory": "610703001",
        "version": 1,
        "answered_at": datetime(2026, 1, 1, tzinfo=UTC),
    }

    async def execute(self, _sql: str, *_arguments: object) -> str:
        return "INSERT 0 1"

    async def fetchrow(self, _sql: str, *_arguments: object) -> dict[str, object]:
        return self.row


class NoDatabase(Database):
    """Units of work that go nowhere."""

    @asynccontextmanager
    async def begin(self, occasion: Occasion) -> AsyncIterator[Work]:
        yield Work(lent=Silent(), occasion=occasion)  # type: ignore[arg-type]

    change = at_once = read = begin


def application(jwks_file: Path, dsn: str | None) -> FastAPI:
    kind = Database if dsn else NoDatabase
    database = kind(dsn=dsn or "", schema="sample", pool_min=8, pool_max=8)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if dsn:
            await database.open()
        yield
        await database.close()

    bearer = bearer_of(verifier_of(load(IdentitySettings, jwks_file=jwks_file)))
    return SAMPLE.app(database=database, bearer=bearer, cursor_key=b"bench", lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        application(Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
