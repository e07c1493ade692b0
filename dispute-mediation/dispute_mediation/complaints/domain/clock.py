"""The term of a case, as it was counted."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Clock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term as it was counted: when it began, when it ends, and whether a holiday notice is still out."""

    started_at: datetime
    due_at: datetime
    provisional: bool
