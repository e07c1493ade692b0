"""Check sheets for people: the list and one of it."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select

from credit_rating.companies.domain import require_own_company
from credit_rating.companies.storage import near
from credit_rating.entry.domain import SheetNotFound
from credit_rating.entry.storage import GET, Sheet, sheet_of
from credit_rating.tables import entry_sheets
from shared.storage import Listing, Orders, Row, Work, equal, since, until
from shared.web import Page, PageRequest

__all__ = ["SHEET_ORDERS", "list_sheets", "one_sheet"]

Shown = TypeVar("Shown")

_rows = entry_sheets.c
_LIST: Final = Listing(
    select(entry_sheets).where(near(_rows.territory)),
    orders=Orders("id", id=(_rows.id,)),
    filters={
        "org": equal(_rows.org, "org"),
        "purpose": equal(_rows.purpose, "purpose"),
        "result": equal(_rows.result, "result"),
        "since": since(_rows.checked_at),
        "until": until(_rows.checked_at),
    },
)
SHEET_ORDERS: Final = _LIST.orders


async def list_sheets(
    work: Work, *, org: str, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the sheets of a company, entered or not, the oldest first; raise NotYourCompany.

    Filters: purpose, result, since, until (when it was checked).
    """
    require_own_company(work.actor, org=org)
    return await paging.read(work, _LIST, view=view, filters={"org": org, **filters})


async def one_sheet(work: Work, *, sheet_id: UUID) -> Sheet:
    """Return a sheet; raise SheetNotFound, NotYourCompany."""
    sheet = sheet_of(await work.load(GET, missing=SheetNotFound, id=sheet_id))
    require_own_company(work.actor, org=sheet.org)
    return sheet
