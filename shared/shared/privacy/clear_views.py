"""The log of clear views: who saw which personal datum unmasked, when, and why (Y-01, Y-06)."""

from typing import Final

from sqlalchemy import insert

from shared.kernel import NotAllowed, new_id
from shared.storage import HOUSE_TABLES, Query, Work

__all__ = ["NoReason", "record_clear_view"]

_RECORD: Final = Query(insert(HOUSE_TABLES["clear_views"]))


class NoReason(NotAllowed):
    """Someone asks for personal data in the clear and does not say why."""

    zh = "查看“{field}”的完整内容须填写事由。请填写后再试。"
    en = "To see '{field}' in full, give a reason, then ask again."


async def record_clear_view(work: Work, *, subject: str, field: str, reason: str | None) -> None:
    """Record that the acting person is about to see a field of a subject in the clear.

    To be called before the datum is opened, in the same unit of work. Raises NoReason when the reason is
    missing or blank.
    """
    given = (reason or "").strip()
    if not given:
        raise NoReason(field=field)
    await work.execute(
        _RECORD,
        id=new_id(),
        at=work.now,
        person=work.actor.person,
        role=work.actor.role,
        on_behalf_of=work.actor.on_behalf_of,
        subject=subject,
        field=field,
        reason=given,
        origin=work.occasion.origin,
    )
