"""Credit items for people: those of a company, and one of them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, select

from credit_rating.companies.domain import require_own_company
from credit_rating.companies.queries import company_for
from credit_rating.companies.storage import near
from credit_rating.items.domain import CreditItem, CreditItemNotFound
from credit_rating.items.storage import GET_NEAR, item_of
from credit_rating.tables import credit_items
from shared.storage import Listing, Orders, Row, Work, equal, since, until
from shared.web import Page, PageRequest

__all__ = ["ITEM_ORDERS", "items_of_company", "newest_items", "one_item"]

Shown = TypeVar("Shown")

_rows = credit_items.c
_LIST: Final = Listing(
    select(credit_items).where(_rows.org == bindparam("of_company"), near(_rows.territory)),
    orders=Orders("-id", id=(_rows.id,)),
    filters={
        "status": equal(_rows.status, "status"),
        "kind": equal(_rows.kind, "kind"),
        "estate_id": equal(_rows.estate_id, "estate_id"),
        "since": since(_rows.occurred_on),
        "until": until(_rows.occurred_on),
    },
)
ITEM_ORDERS: Final = _LIST.orders
_NEWEST: Final = _LIST.query(ITEM_ORDERS.default)


async def items_of_company(
    work: Work, *, org: str, paging: PageRequest, filters: Mapping[str, object], view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return a company's items, the newest first, in any state; raise NotYourCompany, CompanyNotFound.

    Filters: status, kind, estate_id, since, until (the day it occurred).
    """
    await company_for(work, org=org)
    return await paging.read(work, _LIST, view=view, filters=filters, of_company=org)


async def newest_items(work: Work, *, org: str, limit: int) -> list[CreditItem]:
    """Return the newest items of a company that was found in the caller's reach."""
    return [item_of(row) for row in await work.fetch_all(_NEWEST, of_company=org, limit=limit)]


async def one_item(work: Work, *, item_id: UUID) -> CreditItem:
    """Return an item; raise CreditItemNotFound, NotYourCompany."""
    item = item_of(await work.load(GET_NEAR, missing=CreditItemNotFound, id=item_id))
    require_own_company(work.actor, org=item.org)
    return item
