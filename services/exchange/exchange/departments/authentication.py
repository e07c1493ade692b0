"""The scheme `Department <key id>.<secret>`: how a department's machine shows who it is."""

from datetime import datetime
from functools import partial
from typing import Final

from exchange.departments.storage import find_key
from shared.identity import DepartmentKey, authenticate_department
from shared.kernel import Actor
from shared.storage import Database, Occasion

__all__ = ["authenticate"]

_ACTOR: Final = Actor.system("exchange.authentication")


async def authenticate(database: Database, authorization: str, now: datetime) -> Actor:
    """Return the department's machine, within the department's territory; raise DepartmentKeyInvalid."""
    return await authenticate_department(authorization=authorization, find=partial(_find, database, now))


async def _find(database: Database, now: datetime, key_id: str) -> DepartmentKey | None:
    async with database.read(Occasion(actor=_ACTOR, now=now)) as work:
        return await find_key(work, key_id=key_id)
