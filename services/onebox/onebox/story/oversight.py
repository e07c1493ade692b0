"""Chapter: the estate file shows all of it, a circular goes out, the department reads its feed."""

import asyncio
import time
from datetime import date
from typing import Final

from onebox.client import PlatformRefused
from onebox.story.cast import Cast
from onebox.story.hotline import FEED, Hotline
from onebox.story.teller import PATIENCE_SECONDS, POLL_SECONDS, Json, Teller

__all__ = ["publish_circular", "read_feed", "see_estate_file"]

# The way of a circular from its draft to the public.
_NEXT_STEP: Final = {"drafted": "fact-check", "fact_check": "signature", "signed": "publication"}


async def see_estate_file(teller: Teller, cast: Cast, estate: Json, paid: Json) -> Json:
    """Wait until the file of the estate shows what every other service has said of it."""
    path = f"supervision/estate-files/{estate['id']}"
    file = await teller.until(
        cast.town,
        path,
        lambda seen: seen["subsidies"]["disbursed_fen"] == paid["amount_fen"],
        what="the file",
    )
    teller.expect(file["mode"]["mode"], "standard_property", what="the mode in the file")
    teller.told(
        "小区档案一页汇总：模式、企业、等级、投诉、交办事项、补助。",
        "The estate file shows it on one page: mode, company, grade, complaints, duties, subsidies.",
    )
    return file


async def publish_circular(teller: Teller, cast: Cast, *, today: date) -> None:
    """Draft a circular from the counts, let it be checked, sign and publish it."""
    circular = await _drafted(teller, cast, period=f"{today:%Y-%m}")
    while circular["state"] in _NEXT_STEP:
        step = _NEXT_STEP[circular["state"]]
        circular = await teller.act(cast.supervisor, "POST", f"supervision/circulars/{circular['id']}/{step}")
    teller.told(
        f"督查室印发通报 {circular['number']}。",
        f"The supervision office publishes circular {circular['number']}.",
    )


async def _drafted(teller: Teller, cast: Cast, *, period: str) -> Json:
    """Return a new draft, or the one that an earlier telling left in preparation."""
    try:
        return await teller.act(
            cast.supervisor, "POST", "supervision/circulars", {"kind": "progress", "period": period}
        )
    except PlatformRefused:
        page = await teller.act(
            cast.supervisor, "GET", "supervision/circulars", params={"kind": "progress", "limit": "200"}
        )
        return next(item for item in page["items"] if item["state"] in _NEXT_STEP)


async def read_feed(teller: Teller, hotline: Hotline, paid: Json) -> None:
    """Read the department's feed until the payment is in it."""
    kinds: list[str] = []
    cursor: dict[str, str] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = await teller.client.send(
            "GET",
            "/api/exchange/feed",
            auth=hotline.key,
            params={"limit": "100", **cursor},
        )
        kinds += [event["type"] for event in answer.json()]
        cursor = {"cursor": answer.headers["next-cursor"]}
        if any(event["data"].get("claim_id") == paid["id"] for event in answer.json()):
            break
        await asyncio.sleep(POLL_SECONDS)
    teller.expect(set(kinds), set(FEED), what="the kinds of facts in the feed")
    teller.told(
        f"热线从订阅中读到 {len(kinds)} 条脱敏事件。",
        f"The hotline reads {len(kinds)} masked facts from its feed.",
    )
