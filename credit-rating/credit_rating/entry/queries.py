"""Check sheets for people: the list and one of it."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from credit_rating.companies.domain import require_own_company
from credit_rating.companies.storage import near
from credit_rating.entry.domain import SheetNotFound
from credit_rating.entry.storage import GET, Sheet, sheet_of
from credit_rating.tables import entry_sheets
from shared.storage import Query, Row, Work

__all__ = ["list_sheets", "one_sheet"]

_LIST: Final = Query(
    select(entry_sheets)
    .where(
        entry_sheets.c.org == bindparam("org"),
        entry_sheets.c.id > bindparam("after"),
        near(entry_sheets.c.territory),
    )
    .order_by(entry_sheets.c.id)
    .limit(bindparam("limit"))
)


async def list_sheets(work: Work, *, org: str, after: UUID, limit: int) -> list[Row]:
    """Return the sheets of a company, entered or not, the oldest first; raise NotYourCompany."""
    require_own_company(work.actor, org=org)
    return await work.fetch_all(_LIST, org=org, after=after, limit=limit)


async def one_sheet(work: Work, *, sheet_id: UUID) -> Sheet:
    """Return a sheet; raise SheetNotFound, NotYourCompany."""
    sheet = sheet_of(await work.load(GET, missing=SheetNotFound, id=sheet_id))
    require_own_company(work.actor, org=sheet.org)
    return sheet
