"""What time does to a company: items whose days are over stop counting, a first score comes due."""

from credit_rating.companies.storage import hold_company
from credit_rating.items.storage import items_due_to_expire, save_item
from credit_rating.scores.commands import refresh_standing
from shared.kernel import local_date
from shared.storage import Work

__all__ = ["review_company"]


async def review_company(work: Work, *, org: str) -> None:
    """Close the items of a company that have run their time, and score it by today."""
    await hold_company(work, org=org)
    for item in await items_due_to_expire(work, org=org, on=local_date(work.now)):
        await save_item(work, item.expire())
    await refresh_standing(work, org=org)
