"""What this service does when a moment comes."""

from collections.abc import Mapping
from typing import Final

from credit_rating.items.commands import review_company
from credit_rating.schemes.commands import SWITCH_TASK
from credit_rating.scores.commands import REVIEW_TASK, review_all
from shared.storage import Work
from shared.tasks import DueTask, TaskHandler, schedule

__all__ = ["TASKS"]


async def review(work: Work, task: DueTask) -> None:
    """Score a company anew: items run out, its first score is due, or a grave item lies far enough back."""
    await review_company(work, org=task.key)


async def switch_scheme(work: Work, task: DueTask) -> None:
    """Have every company scored by the scheme whose first day has come, some hundred a transaction."""
    last = await review_all(work, after=str(task.data.get("after", "")))
    if last is not None:
        await schedule(work, kind=SWITCH_TASK, key=task.key, due_at=work.now, data={"after": last})


TASKS: Final[Mapping[str, TaskHandler]] = {REVIEW_TASK: review, SWITCH_TASK: switch_scheme}
