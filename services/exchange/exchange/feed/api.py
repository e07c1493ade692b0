"""The route of the feed."""

from collections import Counter
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from exchange.feed.domain import as_cloud_event
from exchange.feed.queries import FeedPage, read_feed
from exchange.log.digest import sm3_hex
from exchange.log.domain import Direction, Exchange, Matter
from exchange.log.storage import record_exchange
from shared.identity import Permission
from shared.storage import Work, json_text
from shared.web import CURSOR_MAX, PAGE_LIMIT_MAX, CurrentWork, Feeding, FeedRequest, Router, needs

__all__ = ["BATCH", "NEXT_CURSOR", "router"]

BATCH: Final = "application/cloudevents-batch+json"
NEXT_CURSOR: Final = "next-cursor"
_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events after the cursor, at most `limit`; an empty list is the end for now.",
        "content": {
            BATCH: {
                "schema": {
                    "type": "array",
                    "maxItems": PAGE_LIMIT_MAX,
                    "items": {"type": "object", "title": "CloudEvent 1.0"},
                }
            }
        },
        "headers": {
            "Next-Cursor": {
                "description": "Go on from here, also after an empty list.",
                "schema": {"type": "string", "maxLength": CURSOR_MAX},
            },
            "Link": {
                "description": "The next page, rel=next.",
                "schema": {"type": "string", "maxLength": 2 * CURSOR_MAX},
            },
        },
    }
}

router = Router(
    prefix="/feed",
    tags=["feed"],
    about="部门订阅：按授权依次读取脱敏事件。/ "
    "The feed of a department: the masked facts it is granted, in order.",
)


@router.get(
    "", operation_id="read_feed", summary="读取授权数据流", response_class=Response, responses=_ANSWER
)
@needs(Permission.FEED_READ)
async def read(request: Request, work: CurrentWork, paging: Feeding) -> Response:
    """Read what was granted to the department, in one order, from a cursor on.

    `Next-Cursor` always says where to go on; an answer with events is put on record with its SM3 digest.
    """
    after = paging.after(department=work.actor.unit)
    page = await read_feed(work, after=int(after[0]) if after else 0, limit=paging.limit)
    events = [as_cloud_event(entry, pii_level=page.grant.pii_level) for entry in page.entries]
    content = json_text(events).encode()
    if events:
        await _log(work, page, digest=sm3_hex(content))
    cursor = paging.cursor_after([page.reached], department=work.actor.unit)
    return Response(content, media_type=BATCH, headers=_headers(request, paging, cursor))


def _headers(request: Request, paging: FeedRequest, cursor: str) -> dict[str, str]:
    query = urlencode({"cursor": cursor, "limit": paging.limit})
    return {
        NEXT_CURSOR: cursor,
        "link": f'<{request.url.path}?{query}>; rel="next"',
        "cache-control": "no-store",
    }


async def _log(work: Work, page: FeedPage, *, digest: str) -> None:
    exchange = Exchange(
        direction=Direction.OUT,
        resource=Matter.FEED,
        party=work.actor.unit,
        purpose=page.grant.purpose,
        legal_basis=page.grant.legal_basis,
        grant_id=page.grant.id,
        items=dict(Counter(entry.type for entry in page.entries)),
        count=len(page.entries),
        digest=digest,
    )
    await record_exchange(work, exchange)
