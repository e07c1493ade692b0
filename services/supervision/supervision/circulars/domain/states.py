"""The kinds of circulars (SU-03) and their life (7A)."""

from enum import StrEnum
from typing import Final

from shared.kernel import Lifecycle

__all__ = ["LIFECYCLE", "Kind", "State", "Step"]


class Kind(StrEnum):
    """What a circular does: reports progress, ranks, criticises, reports a year's result, or praises."""

    PROGRESS = "progress"
    RANKING = "ranking"
    CRITICISM = "criticism"
    RESULT = "result"
    PRAISE = "praise"


class State(StrEnum):
    """Where a circular stands."""

    DRAFTED = "drafted"
    FACT_CHECK = "fact_check"
    SIGNED = "signed"
    PUBLISHED = "published"
    REPLIED = "replied"
    CLOSED = "closed"


class Step(StrEnum):
    """What can be done with a circular."""

    OPEN_FACT_CHECK = "open_fact_check"
    REDRAFT = "redraft"
    SIGN = "sign"
    PUBLISH = "publish"
    REPLY = "reply"
    CLOSE = "close"


# A named unit may show in the fact check that a figure is wrong: the draft is drawn and checked anew.
LIFECYCLE: Final = Lifecycle(
    {
        (State.DRAFTED, Step.OPEN_FACT_CHECK): State.FACT_CHECK,
        (State.DRAFTED, Step.REDRAFT): State.DRAFTED,
        (State.FACT_CHECK, Step.REDRAFT): State.DRAFTED,
        (State.FACT_CHECK, Step.SIGN): State.SIGNED,
        (State.SIGNED, Step.PUBLISH): State.PUBLISHED,
        (State.PUBLISHED, Step.REPLY): State.REPLIED,
        (State.REPLIED, Step.REPLY): State.REPLIED,
        (State.REPLIED, Step.CLOSE): State.CLOSED,
    }
)
