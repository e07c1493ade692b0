"""On whose act, when and why a unit of work is opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.kernel import Actor

__all__ = ["Occasion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """On whose act and when a unit of work is opened; what the journal rows of it will say."""

    actor: Actor
    now: datetime
    reason: str | None = None
    traceparent: str | None = None
    causation_id: UUID | None = None
    if_match: int | None = None
