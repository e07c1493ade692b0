"""What holds from which day on, without overlap and without gap: the algebra of modes and operators (EX-04).

A timeline starts on the day the estate's service record begins and never ends: its last spell is open.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Generic, TypeVar
from uuid import UUID

from shared.kernel import Conflict, Period

__all__ = ["Changes", "Spell", "StartsBeforeService", "Timeline"]

Value = TypeVar("Value")


class StartsBeforeService(Conflict):
    """The service record of the estate begins later than the day named."""

    zh = "该小区的服务记录自 {covered_from} 开始，不能从 {start} 起登记。请先将小区的服务起始日提前，再登记。"
    en = (
        "The service record of this estate begins on {covered_from}, not by {start}. "
        "Move the estate's first day of service back, then try again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell(Generic[Value]):
    """One value and the days it holds."""

    id: UUID
    period: Period
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes(Generic[Value]):
    """What must be stored to come from one timeline to another, and what ended on which day.

    `removed` never came to hold; `moved` keep their id with other days; `ended` are removed or shortened ones
    with the day they end (a removed one on its first day).
    """

    removed: Sequence[Spell[Value]]
    moved: Sequence[Spell[Value]]
    added: Sequence[Spell[Value]]
    ended: Sequence[tuple[Spell[Value], date]]


@dataclass(frozen=True, slots=True)
class Timeline(Generic[Value]):
    """Spells in order, each meeting the next, the last one open. Raises ValueError for anything else."""

    spells: tuple[Spell[Value], ...]

    def __post_init__(self) -> None:
        """Refuse an overlap, a gap, an end."""
        unbroken = all(one.period.meets(other.period) for one, other in pairwise(self.spells))
        if not self.spells or not unbroken or self.spells[-1].period.end is not None:
            message = (
                f"A timeline has no gap, no overlap and no end: {[spell.period for spell in self.spells]}."
            )
            raise ValueError(message)

    @property
    def start(self) -> date:
        """Return the first day."""
        return self.spells[0].period.start

    def at(self, day: date) -> Spell[Value]:
        """Return the spell that holds a day; the first one for a day before the timeline starts."""
        return next((spell for spell in self.spells if spell.period.holds(day)), self.spells[0])

    def within(self, period: Period) -> Iterator[Spell[Value]]:
        """Yield the spells that share a day with a period."""
        return (spell for spell in self.spells if spell.period.overlaps(period))

    def next_turn(self, day: date) -> date | None:
        """Return the first day after `day` on which another spell begins."""
        return next((spell.period.start for spell in self.spells if spell.period.start > day), None)

    def put(self, spell: Spell[Value], *, rest_id: UUID) -> "Timeline[Value]":
        """Let a spell hold its days, whatever held them before.

        What it falls into is cut; where it falls into the midst of one, the part after it goes on as a new
        spell with `rest_id`. Raises StartsBeforeService for a day before the timeline starts.
        """
        if spell.period.start < self.start:
            raise StartsBeforeService(covered_from=self.start, start=spell.period.start)
        before = [part for old in self.spells for part in _before(old, spell.period.start)]
        kept = {part.id for part in before}
        after = [
            replace(part, id=rest_id) if part.id in kept else part
            for old in self.spells
            for part in _after(old, spell.period.end)
        ]
        return Timeline((*before, spell, *after))

    def starting(self, day: date) -> "Timeline[Value]":
        """Return the timeline with its first spell begun on an earlier day."""
        first, *rest = self.spells
        return Timeline((replace(first, period=Period(day, first.period.end)), *rest))

    def changes_to(self, other: "Timeline[Value]") -> Changes[Value]:
        """Say what turns this timeline into another."""
        before, after = ({spell.id: spell for spell in line.spells} for line in (self, other))
        return Changes(
            removed=[spell for spell in self.spells if spell.id not in after],
            moved=[spell for spell in other.spells if spell.id in before and spell != before[spell.id]],
            added=[spell for spell in other.spells if spell.id not in before],
            ended=[ending for spell in self.spells for ending in _ending(spell, after.get(spell.id))],
        )


def _before(spell: Spell[Value], day: date) -> Iterator[Spell[Value]]:
    if spell.period.start < day:
        ends_before = spell.period.end is not None and spell.period.end <= day
        yield spell if ends_before else replace(spell, period=Period(spell.period.start, day))


def _after(spell: Spell[Value], day: date | None) -> Iterator[Spell[Value]]:
    if day is not None and (spell.period.end is None or spell.period.end > day):
        yield spell if spell.period.start >= day else replace(spell, period=Period(day, spell.period.end))


def _ending(spell: Spell[Value], now: Spell[Value] | None) -> Iterator[tuple[Spell[Value], date]]:
    if now is None:
        yield spell, spell.period.start
    elif now.period.end is not None and (spell.period.end is None or now.period.end < spell.period.end):
        yield spell, now.period.end
