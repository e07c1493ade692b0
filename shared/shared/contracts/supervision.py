"""Facts published by supervision (domain, section 10, events 65-68)."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

__all__ = ["CircularKind", "CircularPublished"]

CircularKind = Literal["progress", "ranking", "criticism", "result", "praise"]


class CircularPublished(Event):
    """A circular went out and names units and companies (SU-03)."""

    name: ClassVar[str] = "nz.supervision.CircularPublished.v1"

    circular_id: UUID
    number: str
    kind: CircularKind
    period: str
    units: list[str]
    orgs: list[str]
