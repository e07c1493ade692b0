"""Put a task on the calendar, move it, or take it off; in the transaction of what it is about."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from shared.kernel import new_id
from shared.storage import HOUSE_TABLES, Query, Work

__all__ = ["cancel", "schedule"]

_tasks = HOUSE_TABLES["due_tasks"]
_new = insert(_tasks).values(
    id=bindparam("id"),
    kind=bindparam("kind"),
    key=bindparam("key"),
    due_at=bindparam("due_at"),
    data=bindparam("data"),
)
_PUT: Final = Query(
    _new.on_conflict_do_update(
        index_elements=["kind", "key"],
        # A new id: whoever failed with the old row must not postpone this one.
        set_={
            "id": _new.excluded.id,
            "due_at": _new.excluded.due_at,
            "data": _new.excluded.data,
            "attempts": 0,
            "error": None,
        },
    )
)
_TAKE_OFF: Final = Query(
    delete(_tasks).where(_tasks.c.kind == bindparam("kind"), _tasks.c.key == bindparam("key"))
)


async def schedule(
    work: Work, *, kind: str, key: str, due_at: datetime, data: Mapping[str, object] | None = None
) -> None:
    """Have the task of this kind and key done at `due_at`; a second call moves it."""
    await work.put(
        _PUT, touching=(kind, key), id=new_id(), kind=kind, key=key, due_at=due_at, data=dict(data or {})
    )


async def cancel(work: Work, *, kind: str, key: str) -> None:
    """Take the task off the calendar; nothing happens when there is none."""
    await work.put(_TAKE_OFF, touching=(kind, key), kind=kind, key=key)
