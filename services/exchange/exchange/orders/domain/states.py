"""The closed sets of an order, and which status may come after which."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

__all__ = ["FOLLOWS", "Kind", "Result", "Status", "Urgency"]


class Kind(StrEnum):
    """What the caller wants."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    ADVICE = "advice"
    PRAISE = "praise"


class Urgency(StrEnum):
    """How pressing it is."""

    NORMAL = "normal"
    URGENT = "urgent"
    EXTRA = "extra"


class Result(StrEnum):
    """What came of it."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"
    EXPLAINED = "explained"
    UNREASONABLE = "unreasonable"


class Status(StrEnum):
    """How far the hotline has come with it."""

    NEW = "new"
    DISPATCHED = "dispatched"
    SIGNED = "signed"
    RETURNED = "returned"
    HANDLING = "handling"
    EXTENDED = "extended"
    REPLIED = "replied"
    CALLED_BACK = "called-back"
    REDO = "redo"
    CLOSED = "closed"


_ENDING: Final = frozenset({Status.CALLED_BACK, Status.REDO, Status.CLOSED})
_ANSWERING: Final = frozenset({Status.EXTENDED, Status.REPLIED}) | _ENDING
_WORKING: Final = frozenset({Status.SIGNED, Status.HANDLING}) | _ANSWERING
# Which status may come after which. The hotline sends states, not steps: it may skip some, it never goes back
# but by sending the order back to be dispatched or done again.
FOLLOWS: Final[Mapping[Status, frozenset[Status]]] = {
    Status.NEW: frozenset(Status) - {Status.NEW},
    Status.DISPATCHED: _WORKING | {Status.RETURNED},
    Status.RETURNED: _WORKING | {Status.DISPATCHED},
    Status.SIGNED: (_WORKING - {Status.SIGNED}) | {Status.RETURNED},
    Status.HANDLING: _ANSWERING | {Status.RETURNED},
    Status.EXTENDED: (_ANSWERING - {Status.EXTENDED}) | {Status.HANDLING},
    Status.REPLIED: _ENDING,
    Status.CALLED_BACK: _ENDING - {Status.CALLED_BACK},
    Status.REDO: (_WORKING - {Status.REDO}) | {Status.DISPATCHED},
    Status.CLOSED: frozenset(),
}
