"""The platform with one of its promises taken away: what counts a run must see each of them.

The modules are changed in the process of the fault run alone.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING
from uuid import UUID

from shared.messaging import applying
from shared.messaging.arrival import Arrival
from shared.messaging.outbox import Outbox, Waiting

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy


class Sabotage(StrEnum):
    """What is taken away."""

    NONE = "none"
    INBOX_OFF = "inbox-off"
    DELETE_BEFORE_ACK = "delete-before-ack"
    RELEASE_BEHIND_PARKED = "release-behind-parked"


class HastyOutbox(Outbox):
    """Forgets what it has read at once, before the bus has acknowledged it."""

    async def read(self, limit: int, *, beside: Sequence[Waiting] = ()) -> list[Waiting]:
        waiting = await super().read(limit, beside=beside)
        if waiting:
            await super().delete(waiting)
        return waiting

    async def delete(self, waiting: Sequence[Waiting]) -> None:
        """There is nothing left to delete."""


async def take_in_everything(
    _connection: "PoolConnectionProxy[asyncpg.Record]",
    *,
    consumer: str,
    arrivals: Sequence[Arrival],
    now: datetime,
) -> set[UUID]:
    """Call every message new."""
    del consumer, now
    return {each.event_id for each in arrivals}


async def hold_nothing(
    _connection: "PoolConnectionProxy[asyncpg.Record]", *, consumer: str, subjects: Sequence[str]
) -> set[tuple[str, str]]:
    """Hold no subject back behind what is parked of it."""
    del consumer, subjects
    return set()


def outbox_under(sabotage: Sabotage) -> type[Outbox]:
    """Return the outbox that a relay is to use."""
    return HastyOutbox if sabotage is Sabotage.DELETE_BEFORE_ACK else Outbox


def sabotage_applying(sabotage: Sabotage) -> None:
    """Change how messages are applied in this process."""
    if sabotage is Sabotage.INBOX_OFF:
        replaced(applying, take_in=take_in_everything)
    if sabotage is Sabotage.RELEASE_BEHIND_PARKED:
        replaced(applying, held_places=hold_nothing)


def replaced(module: ModuleType, **parts: object) -> None:
    """Put other parts in the place of those a module uses; raise AttributeError where it uses none."""
    for name, part in parts.items():
        getattr(module, name)
        setattr(module, name, part)
