"""What happened to what: an event as it will be recorded, and what it can be about."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from shared.contracts import Event
from shared.kernel import TerritoryCode

__all__ = ["Aggregate", "Fact"]


class Aggregate(Protocol):
    """What a fact can be about: an identity and the territory it lies in."""

    @property
    def id(self) -> UUID | str:
        """Return the identity, the key of all its events."""

    @property
    def territory(self) -> TerritoryCode:
        """Return the territory code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An event that will be recorded when the unit of work commits, with what led to it."""

    id: UUID
    event: Event
    subject: str
    territory: TerritoryCode
    traceparent: str | None = None
    causation_id: UUID | None = None
