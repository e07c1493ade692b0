"""Changing the mode of an estate, now, in the past, or on a day to come."""

from datetime import date, timedelta
from uuid import UUID

from estate_registry.estates.domain import Estate, ServiceMode
from estate_registry.estates.storage import lock_estate, save_estate
from estate_registry.modes.domain import ModeTimeline, Served, switch
from estate_registry.modes.storage import load_modes, store_modes
from shared.contracts.estate_registry import ServiceModeChanged
from shared.kernel import end_of, local_date, new_id
from shared.storage import Work
from shared.tasks import DueTask, cancel, schedule

__all__ = ["MODE_TURN", "mode_changed", "switch_mode", "turn_mode"]

MODE_TURN = "mode.turn"


async def switch_mode(
    work: Work, *, estate_id: UUID, mode: ServiceMode, start: date, reason: str
) -> ModeTimeline:
    """Serve an estate in another mode from a day on, and tell the other services.

    Raises EstateNotFound, ModeAlready, StartsBeforeService.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    before = await load_modes(work, estate_id=estate_id)
    after = switch(before, spell_id=new_id(), start=start, served=Served(mode=mode, reason=reason))
    await store_modes(work, estate_id=estate_id, changes=before.changes_to(after))
    current = _following(estate, after, today=local_date(work.now))
    await save_estate(work, current)
    await _plan_turn(work, estate_id=estate_id, timeline=after)
    old = before.at(start).value.mode
    work.publish(mode_changed(estate_id, old=old, new=mode, start=start, reason=reason), about=current)
    return after


async def turn_mode(work: Work, task: DueTask) -> None:
    """Show the mode of an estate that begins to hold today."""
    estate = await lock_estate(work, estate_id=UUID(task.key))
    timeline = await load_modes(work, estate_id=estate.id)
    await save_estate(work, _following(estate, timeline, today=local_date(work.now)))
    await _plan_turn(work, estate_id=estate.id, timeline=timeline)


def mode_changed(
    estate_id: UUID, *, old: ServiceMode | None, new: ServiceMode, start: date, reason: str
) -> ServiceModeChanged:
    """Return the fact that an estate is served in another mode."""
    return ServiceModeChanged(
        estate_id=estate_id,
        old_mode=None if old is None else old.value,
        new_mode=new.value,
        reason=reason,
        effective_from=start,
    )


def _following(estate: Estate, timeline: ModeTimeline, *, today: date) -> Estate:
    return estate.following(mode=timeline.at(today).value.mode)


async def _plan_turn(work: Work, *, estate_id: UUID, timeline: ModeTimeline) -> None:
    turn = timeline.next_turn(local_date(work.now))
    if turn is None:
        await cancel(work, kind=MODE_TURN, key=str(estate_id))
    else:
        due_at = end_of(turn - timedelta(days=1))
        await schedule(work, kind=MODE_TURN, key=str(estate_id), due_at=due_at)
