"""Quorum, seat and notice: the rules a meeting stands on."""

from collections.abc import Collection
from datetime import datetime
from fractions import Fraction
from typing import Final

from dispute_mediation.meetings.domain.refusals import CasesApart, MeetingNoticeTooShort, NoticeInFuture
from dispute_mediation.meetings.domain.states import Level
from shared.kernel import TerritoryCode

__all__ = ["has_quorum", "require_notice", "seat_of"]

_DIGITS: Final = {Level.TOWN: 9, Level.DISTRICT: 6}


def has_quorum(
    *,
    chair_present: bool,
    leads: Collection[str],
    called: Collection[str],
    present: Collection[str],
    least: Fraction,
) -> bool:
    """Say whether a meeting can decide (J-06): the chair, every lead unit, and `least` of the units called.

    "以上" includes the number (T-02); the share is compared by cross-multiplying. Parties do not count.
    """
    came = set(present) & set(called)
    enough = len(came) * least.denominator >= least.numerator * len(set(called))
    return chair_present and bool(called) and set(leads) <= came and enough


def seat_of(level: Level, places: Collection[TerritoryCode]) -> TerritoryCode:
    """Return the town or district that the cases of a meeting lie in; raise CasesApart."""
    seats = {place[: _DIGITS[level]] for place in places}
    if len(seats) != 1 or len(next(iter(seats))) != _DIGITS[level]:
        raise CasesApart(level=level.value, places=", ".join(sorted(seats)))
    return seats.pop()


def require_notice(*, noticed_at: datetime, starts_at: datetime, earliest: datetime, now: datetime) -> None:
    """Refuse a meeting whose units are told too late, or that claims a notice not yet given."""
    if noticed_at > now:
        raise NoticeInFuture(noticed_at=noticed_at.isoformat())
    if starts_at < earliest:
        raise MeetingNoticeTooShort(earliest=earliest.isoformat())
