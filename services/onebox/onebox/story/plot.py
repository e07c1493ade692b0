"""The plot: the chapters in their order."""

import time
from collections.abc import Callable

from onebox.client import Client
from onebox.story.cast import Cast
from onebox.story.dispute import hear_in_meeting, resolve
from onebox.story.estates import bring_in_estates, enter_company, take_over
from onebox.story.hotline import hand_over_order, open_hotline
from onebox.story.money import claim_subsidy
from onebox.story.oversight import publish_circular, read_feed, see_estate_file
from onebox.story.teller import Json, Teller
from onebox.tokens import TokenSource
from shared.kernel import local_date, system_clock

__all__ = ["tell"]


async def tell(client: Client, *, tokens: TokenSource, say: Callable[[str], None]) -> Json:
    """Tell the whole story; return how it ended. Raises StoryFailed where it does not come out."""
    began = time.monotonic()
    teller, cast = Teller(client=client, tokens=tokens, say=say), Cast.made_up()
    today = local_date(system_clock())
    hotline = await open_hotline(teller, cast)
    estate = await bring_in_estates(teller, cast)
    await enter_company(teller, cast)
    await take_over(teller, cast, estate, today=today)
    case = await hand_over_order(teller, cast, hotline, estate, now=system_clock())
    await hear_in_meeting(teller, cast, case, now=system_clock())
    await resolve(teller, cast, case)
    paid = await claim_subsidy(teller, cast, estate, today=today)
    await see_estate_file(teller, cast, estate, paid)
    await publish_circular(teller, cast, today=today)
    await read_feed(teller, hotline, paid)
    return {
        "steps": teller.steps,
        "seconds": round(time.monotonic() - began, 1),
        "estate": estate["code"],
        "org": cast.org,
        "paid_fen": paid["amount_fen"],
    }
