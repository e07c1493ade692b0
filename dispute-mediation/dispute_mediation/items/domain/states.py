"""The whole life of a duty (J-10). A pair that is not in the table is not allowed."""

from enum import StrEnum
from typing import Final

from shared.kernel import Lifecycle

__all__ = ["LIFECYCLE", "OWED", "State", "Step"]


class State(StrEnum):
    """Where a duty stands."""

    ASSIGNED = "assigned"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    CLAIMED = "claimed"
    VERIFIED = "verified"
    REJECTED = "rejected"
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done with a duty."""

    ACCEPT = "accept"
    OBJECT = "object"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    START = "start"
    CLAIM = "claim"
    VERIFY = "verify"
    REJECT = "reject"
    CLOSE = "close"


# A duty that was seen undone is taken up again, or closed as it is.
LIFECYCLE: Final = Lifecycle(
    {
        (State.ASSIGNED, Step.ACCEPT): State.ACCEPTED,
        (State.ASSIGNED, Step.OBJECT): State.OBJECTED,
        (State.OBJECTED, Step.UPHOLD): State.WITHDRAWN,
        (State.OBJECTED, Step.DISMISS): State.ASSIGNED,
        (State.ACCEPTED, Step.START): State.IN_PROGRESS,
        (State.IN_PROGRESS, Step.CLAIM): State.CLAIMED,
        (State.CLAIMED, Step.VERIFY): State.VERIFIED,
        (State.CLAIMED, Step.REJECT): State.REJECTED,
        (State.REJECTED, Step.START): State.IN_PROGRESS,
        (State.REJECTED, Step.CLOSE): State.CLOSED,
        (State.VERIFIED, Step.CLOSE): State.CLOSED,
    }
)
# The duty is owed by the one who took it: its clock runs. Elsewhere another one has to act, and it stands.
OWED: Final = frozenset({State.ASSIGNED, State.ACCEPTED, State.IN_PROGRESS, State.REJECTED})
