"""The whole life of a case (7A). A pair that is not in the table is not allowed."""

from enum import StrEnum
from typing import Final

from shared.kernel import Lifecycle

__all__ = ["ENDED", "LIFECYCLE", "OPEN", "State", "Step"]


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    REJECTED = "rejected"
    MERGED = "merged"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    HANDLING = "handling"
    JOINT_MEETING = "joint_meeting"
    RESOLVED = "resolved"
    CALLED_BACK = "called_back"
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done with a case."""

    ACCEPT = "accept"
    REJECT = "reject"
    MERGE = "merge"
    ASSIGN = "assign"
    SIGN = "sign"
    RETURN = "return"
    CALL_MEETING = "call_meeting"
    RESUME = "resume"
    RESOLVE = "resolve"
    CALL_BACK = "call_back"
    CLOSE = "close"
    REOPEN = "reopen"


# A matter no unit will take, or several quarrel about, may be called to a joint meeting before anyone has
# signed for it (MD-04). A meeting sends its cases back to their handlers, or settles them on the spot.
LIFECYCLE: Final = Lifecycle(
    {
        (State.RECEIVED, Step.ACCEPT): State.ACCEPTED,
        (State.RECEIVED, Step.REJECT): State.REJECTED,
        (State.RECEIVED, Step.MERGE): State.MERGED,
        (State.ACCEPTED, Step.ASSIGN): State.ASSIGNED,
        (State.ACCEPTED, Step.MERGE): State.MERGED,
        (State.ACCEPTED, Step.CALL_MEETING): State.JOINT_MEETING,
        (State.ASSIGNED, Step.SIGN): State.HANDLING,
        (State.ASSIGNED, Step.RETURN): State.ACCEPTED,
        (State.ASSIGNED, Step.CALL_MEETING): State.JOINT_MEETING,
        (State.HANDLING, Step.CALL_MEETING): State.JOINT_MEETING,
        (State.HANDLING, Step.RESOLVE): State.RESOLVED,
        (State.JOINT_MEETING, Step.RESUME): State.HANDLING,
        (State.JOINT_MEETING, Step.RESOLVE): State.RESOLVED,
        (State.RESOLVED, Step.CALL_BACK): State.CALLED_BACK,
        (State.RESOLVED, Step.CLOSE): State.CLOSED,
        (State.CALLED_BACK, Step.CLOSE): State.CLOSED,
        (State.CALLED_BACK, Step.REOPEN): State.ASSIGNED,
        (State.CLOSED, Step.REOPEN): State.ASSIGNED,
    }
)

# The result is still owed: the clock runs.
OPEN: Final = frozenset({State.RECEIVED, State.ACCEPTED, State.ASSIGNED, State.HANDLING, State.JOINT_MEETING})
# Nothing more happens, but for the one reopening of a closed case.
ENDED: Final = frozenset({State.REJECTED, State.MERGED, State.CLOSED})
