"""The route of the log."""

from typing import Annotated

from exchange.log.domain import Direction, Matter
from exchange.log.queries import EXCHANGE_ORDERS, ExchangeView, list_exchanges
from shared.identity import Permission
from shared.web import CurrentWork, Moment, Page, PageRequest, Router, Uscc, needs, ordered

__all__ = ["router"]

router = Router(
    prefix="/log",
    tags=["log"],
    about="数据交换日志：谁在何时取走或送来了什么。/ The exchange log: who sent or fetched what, and when.",
)


@router.get("", operation_id="list_exchanges", summary="列出数据交换记录")
@needs(Permission.EXCHANGE_LOG_READ)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(EXCHANGE_ORDERS)],
    *,
    party: Uscc | None = None,
    direction: Direction | None = None,
    resource: Matter | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[ExchangeView]:
    """List the exchanges, the newest first; `party` is the code of one department."""
    return await list_exchanges(
        work, paging=paging, party=party, direction=direction, resource=resource, since=since, until=until
    )
