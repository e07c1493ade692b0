"""One exchange: who gave what to whom, for which purpose, on which basis (N-08)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

__all__ = ["PLATFORM", "Direction", "Exchange", "Matter"]

# The platform itself, where a department would be named by its code.
PLATFORM = "gongzhi"


class Direction(StrEnum):
    """Into the platform, or out of it."""

    IN = "in"
    OUT = "out"


class Matter(StrEnum):
    """What was exchanged."""

    ORDERS = "orders"
    FEED = "feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange. `party` is the code of the department, where its machine was the other side.

    `items` counts what was in it by kind, `count` all of it. `digest` is the SM3, in hexadecimal, of the
    batch as it came in or of the answer as it went out.
    """

    direction: Direction
    resource: Matter
    party: str | None
    purpose: str
    legal_basis: str
    grant_id: UUID | None
    items: Mapping[str, int]
    count: int
    digest: str

    @property
    def receiver(self) -> str:
        """Return who got it."""
        return PLATFORM if self.direction is Direction.IN else self.party or PLATFORM
