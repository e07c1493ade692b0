"""The route of the log."""

from exchange.log.queries import ExchangeView, list_exchanges
from shared.identity import Permission
from shared.web import CurrentWork, Page, Paging, Router, Uscc, needs

__all__ = ["router"]

router = Router(prefix="/log", tags=["log"])


@router.get("", operation_id="list_exchanges", summary="列出数据交换记录")
@needs(Permission.EXCHANGE_LOG_READ)
async def listing(work: CurrentWork, paging: Paging, party: Uscc | None = None) -> Page[ExchangeView]:
    """List the exchanges, the newest first; `party` is the code of one department."""
    return await list_exchanges(work, party=party, paging=paging)
