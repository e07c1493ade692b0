"""Consistency-Token: a read waits, bounded, until the service has applied the events that the token names.

A token names events with their types, `type:id` with commas between: so a service answers at once for a type
that it does not listen to, and no read waits for what never comes there.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import ARRAY, Uuid, bindparam, exists, func, select

from shared.messaging import Applier
from shared.storage import HOUSE_TABLES, Fact, Occasion, Query
from shared.web.refusals import HeaderInvalid, ReadModelBehind
from shared.web.runtime import Runtime

__all__ = ["CONSISTENCY_TOKEN", "await_token", "token_of"]

CONSISTENCY_TOKEN: Final = "consistency-token"  # noqa: S105 - the name of a header
MAX_WAIT_SECONDS: Final = 2
POLL_SECONDS: Final = 0.02
# A header of a few hundred characters, whatever a command records.
MOST_NAMED: Final = 12

_inbox, _journal, _parked = HOUSE_TABLES["inbox"].c, HOUSE_TABLES["journal"].c, HOUSE_TABLES["parked"].c
_wanted = func.unnest(bindparam("ids", type_=ARRAY(Uuid))).column_valued("wanted")
# A parked event has an inbox row and no effect.
_MISSING: Final = Query(
    select(_wanted)
    .where(
        ~exists().where(
            _inbox.consumer == bindparam("consumer"),
            _inbox.event_id == _wanted,
            ~exists().where(
                _parked.consumer == _inbox.consumer,
                _parked.event_id == _inbox.event_id,
                _parked.state == "waiting",
            ),
        ),
        ~exists().where(_journal.event_id == _wanted),
    )
    .limit(1)
)


def token_of(facts: Sequence[Fact]) -> str:
    """Return the token of what was recorded: the last fact of each type, then the latest others."""
    last = {fact.event.name: fact for fact in facts}
    named = {fact.id: fact for fact in [*last.values(), *reversed(facts)]}
    return ",".join(f"{fact.event.name}:{fact.id}" for fact in list(named.values())[:MOST_NAMED])


async def await_token(runtime: Runtime, occasion: Occasion, *, request: Request) -> None:
    """Wait until the named events are recorded or applied here; raise ReadModelBehind after 2 seconds.

    No connection is held between two looks: those who wait must not keep others from the pool.
    """
    text = request.headers.get(CONSISTENCY_TOKEN)
    ids = [] if text is None else _awaited(text, runtime.applier)
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while ids and not await _known(runtime, occasion, ids=ids):
        if time.monotonic() >= deadline:
            raise ReadModelBehind(token=text)
        await asyncio.sleep(POLL_SECONDS)


async def _known(runtime: Runtime, occasion: Occasion, *, ids: Sequence[UUID]) -> bool:
    async with runtime.database.read(occasion) as work:
        return await work.fetch_one(_MISSING, ids=ids, consumer=runtime.applier.consumer) is None


def _awaited(text: str, applier: Applier) -> list[UUID]:
    """Return the ids of the named events that come here, or are recorded here."""
    named = [part.strip().partition(":") for part in text.split(",")]
    try:
        found = [(event_type, UUID(event_id)) for event_type, _, event_id in named]
    except ValueError as broken:
        raise HeaderInvalid(header="Consistency-Token") from broken
    if len(found) > MOST_NAMED:
        raise HeaderInvalid(header="Consistency-Token")
    own = f"nz.{applier.consumer.replace('_', '-')}."
    return [
        event_id
        for event_type, event_id in found
        if event_type in applier.types or event_type.startswith(own)
    ]
