"""A case: every decision about it, pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispute_mediation.complaints.domain.clock import Clock
from dispute_mediation.complaints.domain.record import CaseRecord
from dispute_mediation.complaints.domain.refusals import (
    CallbackOutstanding,
    ExtendedBefore,
    MasterUnfit,
    NoCompanyLiable,
    NotTheHost,
    NotUnderHandling,
    ReopenedBefore,
    ReturnedTooOften,
    SameHandler,
)
from dispute_mediation.complaints.domain.states import LIFECYCLE, State, Step

__all__ = ["Case"]

# Meetings take these two; nobody asks for them by hand.
_TAKEN_BY_MEETINGS = frozenset({Step.CALL_MEETING, Step.RESUME})
_HANDLED = frozenset({State.ASSIGNED, State.HANDLING, State.JOINT_MEETING})
_RESOLVED = frozenset({State.RESOLVED, State.CALLED_BACK, State.CLOSED})
_UNFIT_MASTERS = frozenset({State.MERGED, State.REJECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(CaseRecord):
    """A grievance on its way: every decision about it gives the case as it is afterwards."""

    def allowed_actions(self, *, reopenings: int) -> list[Step]:
        """Return what can be done now, as far as the case itself is asked."""
        closed_to_it = {
            Step.REOPEN: self.round >= reopenings,
            Step.CLOSE: self.callback_required and self.state is State.RESOLVED,
        }
        steps = (step for step in LIFECYCLE.allowed(self.state) if step not in _TAKEN_BY_MEETINGS)
        return [step for step in steps if not closed_to_it.get(step, False)]

    def accept(self, *, leaf: str, host_unit: str, level: str, clock: Clock, now: datetime) -> "Case":
        """Take the case up: its leaf is right, its host is named, its clock runs."""
        return replace(
            self._after(Step.ACCEPT),
            leaf=leaf,
            host_unit=host_unit,
            level=level,
            accepted_at=now,
        ).with_clock(clock)

    def with_clock(self, clock: Clock) -> "Case":
        """Set the clock anew; no stage of it has passed."""
        return replace(
            self,
            clock_started_at=clock.started_at,
            due_at=clock.due_at,
            due_provisional=clock.provisional,
            stage=None,
        )

    def reject(self, *, reason: str) -> "Case":
        """Refuse the case with a reason of the list (MD-12)."""
        return replace(self._after(Step.REJECT), rejection_reason=reason)

    def merge_into(self, master: "Case") -> "Case":
        """Follow a master case as a repeat (MD-16)."""
        if not master.can_lead(self):
            raise MasterUnfit(master=master.case_no)
        return replace(self._after(Step.MERGE), master_id=master.id)

    def can_lead(self, repeat: "Case") -> bool:
        """Say whether another case may follow this one."""
        same_place = (self.estate_id, self.estate_code) == (repeat.estate_id, repeat.estate_code)
        return self.id != repeat.id and same_place and self.state not in _UNFIT_MASTERS

    def count_repeat(self) -> "Case":
        """Count one more repeat of this matter."""
        return replace(self, repeat_count=self.repeat_count + 1)

    def assign(
        self,
        *,
        host_unit: str,
        level: str,
        assist_units: Sequence[str],
        handler: str | None,
        sign_due_at: datetime,
    ) -> "Case":
        """Hand the case to its host unit, which signs for it in time."""
        if handler is not None and handler == self.barred_handler:
            raise SameHandler
        return replace(
            self._after(Step.ASSIGN),
            host_unit=host_unit,
            level=level,
            assist_units=tuple(assist_units),
            handler=handler,
            sign_due_at=sign_due_at,
        )

    def sign(self, *, person: str, unit: str | None, bound_to_unit: bool) -> "Case":
        """Take the case in hand, for the host unit.

        `bound_to_unit` says that the person acts for one unit alone, not for the whole territory.
        """
        self._require_host(unit, bound_to_unit=bound_to_unit)
        if person == self.barred_handler:
            raise SameHandler
        return replace(self._after(Step.SIGN), handler=person)

    def send_back(
        self, *, unit: str | None, bound_to_unit: bool, returns_max: int, dispatch_due_at: datetime
    ) -> "Case":
        """Send the case back to whoever assigned it; the last time is the third (MD-04)."""
        self._require_host(unit, bound_to_unit=bound_to_unit)
        returned = self._after(Step.RETURN)
        if self.returns >= returns_max:
            raise ReturnedTooOften(returns=self.returns)
        return replace(
            returned,
            returns=self.returns + 1,
            handler=None,
            sign_due_at=None,
            dispatch_due_at=dispatch_due_at,
        )

    def _require_host(self, unit: str | None, *, bound_to_unit: bool) -> None:
        if bound_to_unit and unit != self.host_unit:
            raise NotTheHost(host=self.host_unit)

    def require_handled(self) -> None:
        """Refuse what only whoever has the case can do; raise NotUnderHandling."""
        if self.state not in _HANDLED:
            raise NotUnderHandling

    def require_resolved(self) -> None:
        """Refuse what comes after the result; raise NoCompanyLiable where there is none."""
        if self.state not in _RESOLVED:
            raise NoCompanyLiable

    def extend(self, *, clock: Clock, now: datetime, extensions_max: int) -> "Case":
        """Give the host more time, once and before the term has run out (MD-05)."""
        in_time = self.due_at is not None and now < self.due_at
        if not self.is_open or not in_time or self.extensions >= extensions_max:
            raise ExtendedBefore
        return replace(self.with_clock(clock), extensions=self.extensions + 1)

    def call_to_meeting(self) -> "Case":
        """Lay the case before a joint meeting."""
        return self._after(Step.CALL_MEETING)

    def resume(self) -> "Case":
        """Go on after a joint meeting."""
        return self._after(Step.RESUME)

    def resolve(self, *, callback_due_at: datetime | None) -> "Case":
        """Give the result; the person is called back where `callback_due_at` is given."""
        return replace(
            self._after(Step.RESOLVE),
            callback_required=callback_due_at is not None,
            callback_due_at=callback_due_at,
            callback_tries=0,
        )

    def call_back(self, *, reached: bool, tries_max: int) -> "Case":
        """Record a try to reach the person; the last one counts even when nobody answers (MD-14)."""
        called = self._after(Step.CALL_BACK)
        tries = self.callback_tries + 1
        return replace(called if reached or tries >= tries_max else self, callback_tries=tries)

    def close(self, *, now: datetime, tries_max: int) -> "Case":
        """End the case, after the callback where one is due."""
        closed = self._after(Step.CLOSE)
        if self.callback_required and self.state is State.RESOLVED:
            raise CallbackOutstanding(tries=tries_max)
        return replace(closed, closed_at=now)

    def reopen(self, *, former_handler: str, clock: Clock, sign_due_at: datetime, reopenings: int) -> "Case":
        """Take the case up again, once, by another handler (MD-15)."""
        reopened = self._after(Step.REOPEN)
        if self.round >= reopenings:
            raise ReopenedBefore
        return replace(
            reopened,
            round=self.round + 1,
            barred_handler=former_handler,
            handler=None,
            sign_due_at=sign_due_at,
            closed_at=None,
        ).with_clock(clock)

    def _after(self, step: Step) -> "Case":
        return replace(self, state=LIFECYCLE.after(self.state, step))
