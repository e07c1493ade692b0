"""Joint meetings for screens."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Text, Uuid, bindparam, exists, select

from dispute_mediation.sight import meeting_sight, visible_meeting
from dispute_mediation.tables import meeting_cases, meetings
from shared.storage import Query, Row, Work

__all__ = ["list_meetings"]

_FILTERS: Final[Mapping[str, Callable[[], ColumnElement[bool]]]] = {
    "state": lambda: meetings.c.state == bindparam("state", type_=Text),
    "case_id": lambda: exists().where(
        meeting_cases.c.meeting_id == meetings.c.id,
        meeting_cases.c.case_id == bindparam("case_id", type_=Uuid),
    ),
    "after": lambda: meetings.c.id < bindparam("after", type_=Uuid),
}


@cache
def _listing(names: frozenset[str]) -> Query:
    seen = select(meetings).where(visible_meeting(meetings, meetings.c.id))
    statement = seen.where(*(_FILTERS[name]() for name in sorted(names)))
    return Query(statement.order_by(meetings.c.id.desc()).limit(bindparam("limit", type_=Integer)))


async def list_meetings(
    work: Work, *, filters: Mapping[str, object], after: UUID | None, limit: int
) -> list[Row]:
    """Return up to `limit` meetings of the territory, or that the caller's unit was called to, newest first.

    Filters: state, case_id.
    """
    values = {**filters, **({"after": after} if after else {})}
    return await work.fetch_all(
        _listing(frozenset(values)), limit=limit, **values, **await meeting_sight(work)
    )
