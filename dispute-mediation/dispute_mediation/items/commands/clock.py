"""The clock of a duty: it runs while the duty is owed, and stands while another one has to act (MD-13)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from dispute_mediation.clocks.domain import Stage
from dispute_mediation.clocks.ladder import climb, passed_by, stage_of
from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.items.domain import Item
from dispute_mediation.items.storage import find_item, save_item
from shared.contracts.dispute_mediation import ResolutionItemOverdue
from shared.storage import Work
from shared.tasks import DueTask, TaskHandler, cancel

__all__ = ["TASKS", "run_clock", "settle_clock"]

_OVERDUE: Final = "item.overdue"


async def run_clock(work: Work, item: Item, *, rules: Rules) -> None:
    """Put the next stage on the calendar while the duty is owed; take it off otherwise.

    A clock that stood goes on at the stage it had reached: what fell due meanwhile is told at once.
    """
    if not item.is_owed:
        await cancel(work, kind=_OVERDUE, key=str(item.id))
        return
    await climb(
        work,
        kind=_OVERDUE,
        key=str(item.id),
        passed=item.stage,
        start=item.assigned_at,
        due=item.due_at,
        rules=rules,
    )


def settle_clock(work: Work, item: Item, *, rules: Rules) -> Item:
    """Tell every stage that an owed duty has reached, before its clock stands; return the duty as it is then.

    Whoever acts before the calendar's next turn does not escape what fell due.
    """
    reached = passed_by(work.now, passed=item.stage, start=item.assigned_at, due=item.due_at, rules=rules)
    if not item.is_owed or not reached:
        return item
    for stage, moment in reached:
        work.publish(_overdue(item, stage=stage, moment=moment), about=item)
    return replace(item, stage=reached[-1][0].value)


async def _pass_stage(work: Work, task: DueTask) -> None:
    """Note that an owed duty has reached a stage of being overdue, tell it, and wait for the next stage."""
    item = await find_item(work, UUID(task.key))
    if item is None or not item.is_owed:
        return
    late = await save_item(work, replace(item, stage=stage_of(task).value))
    work.publish(_overdue(late, stage=stage_of(task), moment=task.due_at), about=late)
    await run_clock(work, late, rules=await rules_for(work, late.territory))


def _overdue(item: Item, *, stage: Stage, moment: datetime) -> ResolutionItemOverdue:
    return ResolutionItemOverdue(
        item_id=item.id,
        case_id=item.case_id,
        estate_id=item.estate_id,
        unit=item.unit,
        org=item.org,
        stage=stage.value,
        overdue_at=moment,
    )


TASKS: Final[Mapping[str, TaskHandler]] = MappingProxyType({_OVERDUE: _pass_stage})
