"""The terms of a case: when it must be signed for, when its first result is due (MD-03 to MD-06)."""

from datetime import datetime, timedelta
from typing import Final

from dispute_mediation.clocks.domain import Due, Limit, LimitUnit, earliest
from dispute_mediation.clocks.rules import Rules
from dispute_mediation.complaints.domain import Case, Channel, Clock, Urgency
from dispute_mediation.leaves.domain import Danger, Leaf

__all__ = ["extended_clock", "reopened_clock", "result_clock", "sign_due"]

_INSTANT: Final = timedelta(microseconds=1)
_SIGN: Final = {False: "sign_wd", True: "sign_complex_wd"}


def result_clock(case: Case, *, leaf: Leaf, rules: Rules, now: datetime) -> Clock:
    """Return the clock of a case that is accepted now: the shortest of the limits that hold for it.

    Days run from the acceptance, hours from the moment the person called. A hotline order has the hotline's
    limit and the one written on the order; danger to life with the highest urgency has the emergency's.
    """
    dues = [_end_of_leaf(case, leaf=leaf, rules=rules, now=now)]
    if case.urgency is Urgency.EXTRA and leaf.danger is Danger.HIGH:
        dues.append(rules.hours("emergency.measure_hours", start=case.received_at))
    if case.channel is Channel.HOTLINE:
        dues.append(rules.working_days("hotline.result_wd", start=now))
    if case.hotline_due is not None and case.hotline_due > case.received_at:
        dues.append(Due(case.hotline_due))
    return _clock(earliest(dues), started_at=now)


def _end_of_leaf(case: Case, *, leaf: Leaf, rules: Rules, now: datetime) -> Due:
    limit = Limit(leaf.limit, LimitUnit(leaf.limit_unit))
    return rules.end_of(limit, start=_start_of(limit, case=case, now=now))


def _start_of(limit: Limit, *, case: Case, now: datetime) -> datetime:
    return case.received_at if limit.unit is LimitUnit.HOURS else now


def extended_clock(case: Case, *, rules: Rules, now: datetime) -> Clock:
    """Return the clock of a case with more time than it had (MD-05)."""
    # A term of days ends as the next day begins; the longer one goes on from the day before.
    last_moment = (case.due_at or now) - _INSTANT
    longer = rules.working_days("extension_wd", start=last_moment)
    return _clock(longer, started_at=case.clock_started_at or now)


def reopened_clock(*, rules: Rules, now: datetime) -> Clock:
    """Return the clock of a case that is taken up again (MD-15)."""
    return _clock(rules.working_days("reopen_wd", start=now), started_at=now)


def sign_due(case: Case, *, leaf: Leaf, rules: Rules, now: datetime, is_complex: bool = False) -> datetime:
    """Return when the host unit must have signed; its signature is the first answer to the person."""
    dues = [rules.working_days(_SIGN[is_complex], start=now)]
    if leaf.first_limit is not None and leaf.first_unit is not None:
        dues.append(rules.end_of(Limit(leaf.first_limit, LimitUnit(leaf.first_unit)), start=now))
    if case.hotline_sign_due is not None and case.hotline_sign_due > now:
        dues.append(Due(case.hotline_sign_due))
    return earliest(dues).at


def _clock(due: Due, *, started_at: datetime) -> Clock:
    return Clock(started_at=started_at, due_at=due.at, provisional=due.provisional)
