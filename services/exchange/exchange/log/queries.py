"""The log for the administrator and the auditor, the newest first."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from exchange.log.domain import Direction, Matter
from exchange.log.storage import exchange_log
from shared.storage import Query, Row, Work, in_scope
from shared.web import Page, PageRequest, View

__all__ = ["ExchangeView", "list_exchanges"]

_AFTER_ALL: Final = UUID(int=2**128 - 1)
_rows = exchange_log.c
_newest = (
    select(exchange_log)
    .where(_rows.id < bindparam("before"), in_scope(_rows.territory))
    .order_by(_rows.id.desc())
    .limit(bindparam("limit"))
)
_LIST: Final = Query(_newest)
_LIST_OF_PARTY: Final = Query(_newest.where(_rows.party == bindparam("party")))


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


async def list_exchanges(work: Work, *, party: str | None, paging: PageRequest) -> Page[ExchangeView]:
    """Return the exchanges within the caller's territory, of one department or of all."""
    after = paging.after(party=party)
    before = UUID(after[0]) if after else _AFTER_ALL
    chosen = {} if party is None else {"party": party}
    query = _LIST if party is None else _LIST_OF_PARTY
    rows = await work.fetch_all(query, before=before, limit=paging.limit + 1, **chosen)
    return paging.page(rows, view=_view, order=lambda row: [row["id"]], filters={"party": party})


def _view(row: Row) -> ExchangeView:
    return ExchangeView.model_validate(dict(row))
