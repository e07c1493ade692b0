"""Credit items for people: those of a company, and one of them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from credit_rating.companies.domain import require_own_company
from credit_rating.companies.queries import company_for
from credit_rating.companies.storage import near
from credit_rating.items.domain import CreditItem, CreditItemNotFound
from credit_rating.items.storage import GET_NEAR, item_of
from credit_rating.tables import credit_items
from shared.storage import Query, Row, Work

__all__ = ["items_of_company", "newest_items", "one_item"]

_of_company: Final = select(credit_items).where(
    credit_items.c.org == bindparam("org"), near(credit_items.c.territory)
)
_newest_first: Final = _of_company.order_by(credit_items.c.id.desc()).limit(bindparam("limit"))
_FIRST_PAGE: Final = Query(_newest_first)
_NEXT_PAGE: Final = Query(_newest_first.where(credit_items.c.id < bindparam("before")))


async def items_of_company(work: Work, *, org: str, before: UUID | None, limit: int) -> Sequence[Row]:
    """Return a company's items, the newest first, in any state; raise NotYourCompany, CompanyNotFound."""
    await company_for(work, org=org)
    if before is None:
        return await work.fetch_all(_FIRST_PAGE, org=org, limit=limit)
    return await work.fetch_all(_NEXT_PAGE, org=org, before=before, limit=limit)


async def newest_items(work: Work, *, org: str, limit: int) -> list[CreditItem]:
    """Return the newest items of a company that was found in the caller's reach."""
    return [item_of(row) for row in await work.fetch_all(_FIRST_PAGE, org=org, limit=limit)]


async def one_item(work: Work, *, item_id: UUID) -> CreditItem:
    """Return an item; raise CreditItemNotFound, NotYourCompany."""
    item = item_of(await work.load(GET_NEAR, missing=CreditItemNotFound, id=item_id))
    require_own_company(work.actor, org=item.org)
    return item
