"""The service mode of an estate as a timeline."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from estate_registry.estates.domain import ServiceMode
from estate_registry.timelines.domain import Spell, Timeline
from shared.kernel import Conflict, Period

__all__ = ["INITIAL_MODE", "ModeAlready", "ModeTimeline", "Served", "first_mode", "switch"]

# An estate that nobody else serves is the community's (seed: community fallback, 社区兜底).
INITIAL_MODE: Final = ServiceMode.COMMUNITY_MANAGEMENT


class ModeAlready(Conflict):
    """The estate is in this mode from that day on, and nothing else is planned."""

    zh = "自 {start} 起该小区已是“{mode}”模式，无需再次变更。请核对模式或起始日。"
    en = "From {start} on this estate is in mode '{mode}' already. Check the mode or the day."


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A mode and why it was chosen."""

    mode: ServiceMode
    reason: str


ModeTimeline = Timeline[Served]


def first_mode(*, spell_id: UUID, covered_from: date, reason: str) -> ModeTimeline:
    """Return the timeline of an estate that enters the register."""
    served = Served(mode=INITIAL_MODE, reason=reason)
    return Timeline((Spell(id=spell_id, period=Period(covered_from), value=served),))


def switch(timeline: ModeTimeline, *, spell_id: UUID, start: date, served: Served) -> ModeTimeline:
    """Put an estate into a mode from a day on; what was planned after that day falls away.

    Raises ModeAlready where nothing would change, StartsBeforeService for a day before the record.
    """
    running = timeline.at(start)
    if running.period.holds(start) and running.period.end is None and running.value.mode is served.mode:
        raise ModeAlready(mode=served.mode.value, start=start)
    spell = Spell(id=spell_id, period=Period(start), value=served)
    # The new spell is open: nothing goes on after it, and the id of a rest is never used.
    return timeline.put(spell, rest_id=spell_id)
