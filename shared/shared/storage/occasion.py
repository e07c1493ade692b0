"""On whose act, when and why a unit of work is opened."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.kernel import Actor, TerritoryCode

__all__ = ["Cause", "Occasion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What the envelope of a fact tells a reaction beside the fact itself.

    Of whom it is told, which of its facts this is, where it lies, when and by which service it was recorded.
    """

    source: str
    subject: str
    subject_version: int
    territory: TerritoryCode
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """On whose act and when a unit of work is opened; what the journal rows of it will say.

    `origin` is the network address a request came from. A reaction finds the envelope of its fact in `cause`.
    """

    actor: Actor
    now: datetime
    reason: str | None = None
    origin: str | None = None
    traceparent: str | None = None
    causation_id: UUID | None = None
    if_match: int | None = None
    cause: Cause | None = None
