"""The log for the administrator and the auditor, the newest first."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from exchange.log.domain import Direction, Matter
from exchange.log.storage import exchange_log
from shared.storage import DISTRICT, Listing, Orders, Row, Work, equal, in_scope, since, until
from shared.web import Page, PageRequest, View

__all__ = ["EXCHANGE_ORDERS", "ExchangeView", "list_exchanges"]

_rows = exchange_log.c
_LIST: Final = Listing(
    select(exchange_log).where(in_scope(_rows.territory)),
    orders=Orders("-id", id=(_rows.id,)),
    filters={
        "party": equal(_rows.party, "party"),
        "direction": equal(_rows.direction, "direction"),
        "resource": equal(_rows.resource, "resource"),
        "since": since(_rows.at),
        "until": until(_rows.at),
    },
    led_by=_rows.territory,
    leads={"id": (DISTRICT,)},
)
EXCHANGE_ORDERS: Final = _LIST.orders


class ExchangeView(View):
    """One exchange. `digest` is the SM3 of the batch that came in or of the answer that went out."""

    id: UUID
    at: datetime
    direction: Direction
    resource: Matter
    party: str | None
    caller: str
    role: str
    receiver: str
    purpose: str
    legal_basis: str
    items: dict[str, int]
    count: int
    digest: str
    territory: str


async def list_exchanges(work: Work, *, paging: PageRequest, **filters: object) -> Page[ExchangeView]:
    """Return the exchanges within the caller's territory, the newest first.

    Filters: party (one department), direction, resource, since, until.
    """
    return await paging.read(work, _LIST, view=_view, filters=filters)


def _view(row: Row) -> ExchangeView:
    return ExchangeView.model_validate(dict(row))
