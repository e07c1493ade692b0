"""A meeting: every decision about it, pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final
from uuid import UUID

from dispute_mediation.meetings.domain.refusals import MeetingNotStarted, NoQuorum, UnitNotCalled
from dispute_mediation.meetings.domain.rules import has_quorum
from dispute_mediation.meetings.domain.states import LIFECYCLE, Level, MeetingKind, State, Step
from shared.kernel import TerritoryCode

__all__ = ["Meeting", "Minutes"]

_DECIDES: Final = frozenset({State.HELD, State.MINUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """What was said and seen (J-08). `dissent` is recorded beside the chair's decision (J-07)."""

    facts: str
    views: str
    dissent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A joint meeting. `units` count for the quorum, `leads` of them must come; `parties` are heard."""

    id: UUID
    version: int = 1
    territory: TerritoryCode
    state: State = State.CONVENED
    level: Level
    kind: MeetingKind
    chair: str
    place: str
    case_ids: Sequence[UUID]
    units: Sequence[str]
    leads: Sequence[str]
    parties: Sequence[str] = ()
    noticed_at: datetime
    starts_at: datetime
    convened_by: str
    convened_at: datetime
    chair_present: bool | None = None
    present: Sequence[str] = ()
    minutes_due_at: datetime | None = None
    minutes: Minutes | None = None
    minuted_at: datetime | None = None

    @property
    def decides(self) -> bool:
        """Say whether the meeting was held with a quorum and so can assign duties."""
        return self.state in _DECIDES

    def minutes_late(self, now: datetime) -> bool:
        """Say whether the minutes came, or are still owed, after their term (J-08)."""
        return self.minutes_due_at is not None and (self.minuted_at or now) > self.minutes_due_at

    def call_roll(
        self,
        *,
        chair_present: bool,
        present: Collection[str],
        least: Fraction,
        minutes_due_at: datetime,
        now: datetime,
    ) -> "Meeting":
        """Record who came: with a quorum the meeting is held, without one it has failed."""
        step = Step.HOLD
        if not has_quorum(
            chair_present=chair_present, leads=self.leads, called=self.units, present=present, least=least
        ):
            step = Step.FAIL
        state = LIFECYCLE.after(self.state, step)
        self._require_started(now)
        self._require_called(present)
        return replace(
            self,
            state=state,
            chair_present=chair_present,
            present=tuple(sorted(present)),
            minutes_due_at=minutes_due_at if step is Step.HOLD else None,
        )

    def _require_started(self, now: datetime) -> None:
        if now < self.starts_at:
            raise MeetingNotStarted(starts_at=self.starts_at.isoformat())

    def _require_called(self, present: Collection[str]) -> None:
        strangers = sorted(set(present) - set(self.units) - set(self.parties))
        if strangers:
            raise UnitNotCalled(units=", ".join(strangers))

    def record_minutes(self, minutes: Minutes, *, now: datetime) -> "Meeting":
        """Write the minutes of a meeting that was held."""
        return replace(self, state=LIFECYCLE.after(self.state, Step.MINUTE), minutes=minutes, minuted_at=now)

    def cancel(self) -> "Meeting":
        """Call the meeting off before it begins."""
        return replace(self, state=LIFECYCLE.after(self.state, Step.CANCEL))

    def require_decision(self) -> None:
        """Refuse to go on from a meeting that decided nothing; raise NoQuorum."""
        if not self.decides:
            raise NoQuorum
