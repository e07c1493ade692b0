"""Consistency-Token: a read waits, bounded, until the service has applied the event that the token names."""

import asyncio
import time
from typing import Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import bindparam, exists, or_, select

from shared.storage import Database, Occasion, Query, new_metadata
from shared.web.refusals import HeaderInvalid, ReadModelBehind

__all__ = ["CONSISTENCY_TOKEN", "await_token"]

CONSISTENCY_TOKEN: Final = "consistency-token"  # noqa: S105 - the name of a header
MAX_WAIT_SECONDS: Final = 2
POLL_SECONDS: Final = 0.02

_tables = new_metadata().tables
_inbox, _journal = _tables["inbox"], _tables["journal"]
_KNOWN: Final = Query(
    select(
        or_(
            exists().where(_inbox.c.consumer == bindparam("consumer"), _inbox.c.event_id == bindparam("id")),
            exists().where(_journal.c.event_id == bindparam("id")),
        )
    )
)


async def await_token(database: Database, occasion: Occasion, *, request: Request) -> None:
    """Wait until the named event is recorded or applied here; raise ReadModelBehind after 2 seconds.

    No connection is held between two looks: those who wait must not keep others from the pool.
    """
    text = request.headers.get(CONSISTENCY_TOKEN)
    if text is None:
        return
    event_id = _event_id(text)
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while not await _known(database, occasion, event_id=event_id):
        if time.monotonic() >= deadline:
            raise ReadModelBehind(token=text)
        await asyncio.sleep(POLL_SECONDS)


async def _known(database: Database, occasion: Occasion, *, event_id: UUID) -> bool:
    async with database.read(occasion) as work:
        row = await work.fetch_one(_KNOWN, id=event_id, consumer=database.schema)
    return bool(row and row[0])


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as broken:
        raise HeaderInvalid(header="Consistency-Token") from broken
