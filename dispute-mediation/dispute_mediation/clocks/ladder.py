"""The overdue ladder on the calendar of due tasks: one task at a time, each puts the next."""

from datetime import datetime

from dispute_mediation.clocks.domain import Stage, following, moment_of
from dispute_mediation.clocks.rules import Rules
from shared.storage import Work
from shared.tasks import DueTask, cancel, schedule

__all__ = ["climb", "passed_by", "stage_of"]


async def climb(
    work: Work, *, kind: str, key: str, passed: str | None, start: datetime, due: datetime, rules: Rules
) -> None:
    """Put the stage after the one that has passed on the calendar; take the task off after the last.

    A stage whose moment has gone by is done at once.
    """
    stage = following(Stage(passed) if passed else None)
    if stage is None:
        await cancel(work, kind=kind, key=key)
        return
    moment = moment_of(stage, start=start, due=due, ladder=rules.ladder(), calendar=rules.calendar)
    await schedule(work, kind=kind, key=key, due_at=moment, data={"stage": stage.value})


def passed_by(
    now: datetime, *, passed: str | None, start: datetime, due: datetime, rules: Rules
) -> list[tuple[Stage, datetime]]:
    """Return the stages after the one that was told whose moments have come, each with its moment."""
    reached = []
    stage = following(Stage(passed) if passed else None)
    while stage is not None:
        moment = moment_of(stage, start=start, due=due, ladder=rules.ladder(), calendar=rules.calendar)
        if moment > now:
            break
        reached.append((stage, moment))
        stage = following(stage)
    return reached


def stage_of(task: DueTask) -> Stage:
    """Return the stage whose moment has come."""
    return Stage(str(task.data["stage"]))
