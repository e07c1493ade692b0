"""Joint meetings for screens."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from sqlalchemy import Uuid, bindparam, exists, select

from dispute_mediation.sight import meeting_sight, visible_meeting
from dispute_mediation.tables import meeting_cases, meetings
from shared.storage import Listing, Narrowing, Orders, Row, Work, equal, since, until, within
from shared.web import Page, PageRequest

__all__ = ["MEETING_ORDERS", "list_meetings"]

Shown = TypeVar("Shown")

_LIST: Final = Listing(
    select(meetings).where(visible_meeting(meetings, meetings.c.id)),
    orders=Orders("-id", id=(meetings.c.id,), starts_at=(meetings.c.starts_at, meetings.c.id)),
    filters={
        "state": equal(meetings.c.state, "state"),
        "territory": within(meetings.c.territory),
        "since": since(meetings.c.starts_at),
        "until": until(meetings.c.starts_at),
        "case_id": Narrowing(
            predicate=exists().where(
                meeting_cases.c.meeting_id == meetings.c.id,
                meeting_cases.c.case_id == bindparam("case_id", type_=Uuid),
            ),
            values=lambda given: {"case_id": given},
        ),
    },
)
MEETING_ORDERS: Final = _LIST.orders


async def list_meetings(
    work: Work, *, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the meetings of the territory, or that the caller's unit was called to, the newest first.

    Filters: state, case_id, territory (that code and all below), since, until (when it starts).
    """
    return await paging.read(work, _LIST, view=view, filters=filters, **await meeting_sight(work))
