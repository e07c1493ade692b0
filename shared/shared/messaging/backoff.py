"""Pauses between tries: longer each time, never all at once."""

import asyncio
import random
from dataclasses import dataclass

__all__ = ["Backoff"]


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Doubles from `first_seconds` to `most_seconds`; each pause is a random part of that, at least half."""

    first_seconds: float = 0.05
    most_seconds: float = 1.0
    tries: int = 0

    def next_seconds(self) -> float:
        """Return how long to wait before the next try."""
        longest = min(self.most_seconds, self.first_seconds * 2.0 ** min(self.tries, 32))
        self.tries += 1
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing

    async def pause(self) -> None:
        """Wait before the next try."""
        await asyncio.sleep(self.next_seconds())

    def reset(self) -> None:
        """Start anew after a success."""
        self.tries = 0
