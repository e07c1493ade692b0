"""Kinds of meetings, and the whole life of one. A pair that is not in the table is not allowed."""

from enum import StrEnum
from typing import Final

from shared.kernel import Lifecycle

__all__ = ["LIFECYCLE", "Level", "MeetingKind", "State", "Step"]


class Level(StrEnum):
    """The rung of the ladder (5.3): L2 in the town, L3 in the district."""

    TOWN = "town"
    DISTRICT = "district"


class MeetingKind(StrEnum):
    """Regular every quarter, special at any time (J-03), emergency at two hours' notice (J-05)."""

    REGULAR = "regular"
    SPECIAL = "special"
    EMERGENCY = "emergency"


class State(StrEnum):
    """Where a meeting stands."""

    CONVENED = "convened"
    HELD = "held"
    FAILED = "failed"
    MINUTED = "minuted"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can be done with a meeting."""

    HOLD = "hold"
    FAIL = "fail"
    MINUTE = "minute"
    CANCEL = "cancel"


# The roll call decides between holding and failing.
LIFECYCLE: Final = Lifecycle(
    {
        (State.CONVENED, Step.HOLD): State.HELD,
        (State.CONVENED, Step.FAIL): State.FAILED,
        (State.CONVENED, Step.CANCEL): State.CANCELLED,
        (State.HELD, Step.MINUTE): State.MINUTED,
    }
)
