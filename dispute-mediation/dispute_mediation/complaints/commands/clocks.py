"""The clocks of a case on the calendar of due tasks: dispatch, signature, result (MD-03, MD-04, MD-13)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from dispute_mediation.clocks.ladder import climb, stage_of
from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.complaints.domain import Case, Clock, State
from dispute_mediation.complaints.storage import add_step, find_case, save_case
from shared.contracts.dispute_mediation import ComplaintOverdue
from shared.storage import Work
from shared.tasks import DueTask, TaskHandler, cancel, schedule

__all__ = ["TASKS", "run_clock", "stop_clocks", "stop_dispatch_clocks", "watch_dispatch", "watch_signature"]

_DISPATCH: Final = "complaint.dispatch"
_SIGNATURE: Final = "complaint.signature"
_RESULT: Final = "complaint.result"
_NOT_DISPATCHED: Final = frozenset({State.RECEIVED, State.ACCEPTED})


async def watch_dispatch(work: Work, case: Case) -> None:
    """Look again when the case must have reached a unit."""
    await schedule(work, kind=_DISPATCH, key=str(case.id), due_at=case.dispatch_due_at)


async def watch_signature(work: Work, case: Case, *, due_at: datetime) -> None:
    """Look again when the host unit must have signed; the dispatch is done."""
    await cancel(work, kind=_DISPATCH, key=str(case.id))
    await schedule(work, kind=_SIGNATURE, key=str(case.id), due_at=due_at)


async def run_clock(work: Work, case: Case, *, clock: Clock, rules: Rules) -> None:
    """Put the next stage of the result's clock on the calendar."""
    await climb(
        work,
        kind=_RESULT,
        key=str(case.id),
        passed=case.stage,
        start=clock.started_at,
        due=clock.due_at,
        rules=rules,
    )


async def stop_dispatch_clocks(work: Work, case: Case) -> None:
    """Take dispatch and signature off the calendar: a joint meeting has the case now."""
    for kind in (_DISPATCH, _SIGNATURE):
        await cancel(work, kind=kind, key=str(case.id))


async def stop_clocks(work: Work, case: Case) -> None:
    """Take every clock of a case off the calendar: nothing is owed any more."""
    for kind in TASKS:
        await cancel(work, kind=kind, key=str(case.id))


async def _note_late_dispatch(work: Work, task: DueTask) -> None:
    case = await find_case(work, UUID(task.key))
    if case is not None and case.state in _NOT_DISPATCHED:
        await add_step(work, case_id=case.id, step="dispatch_overdue")


async def _note_late_signature(work: Work, task: DueTask) -> None:
    case = await find_case(work, UUID(task.key))
    if case is not None and case.state is State.ASSIGNED:
        await add_step(work, case_id=case.id, step="signature_overdue", note=case.host_unit)


async def _pass_stage(work: Work, task: DueTask) -> None:
    """Note that an open case has reached a stage of being overdue, tell it, and wait for the next stage."""
    case = await find_case(work, UUID(task.key))
    if case is None or not case.is_open or case.clock is None or case.host_unit is None:
        return
    stage = stage_of(task)
    late = await save_case(work, replace(case, stage=stage.value))
    work.publish(
        ComplaintOverdue(case_id=case.id, estate_id=case.estate_id, unit=case.host_unit, stage=stage.value),
        about=late,
    )
    await run_clock(work, late, clock=case.clock, rules=await rules_for(work, late.territory))


TASKS: Final[Mapping[str, TaskHandler]] = MappingProxyType(
    {_DISPATCH: _note_late_dispatch, _SIGNATURE: _note_late_signature, _RESULT: _pass_stage}
)
