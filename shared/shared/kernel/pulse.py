"""The sign of life of a loop that runs as long as its process."""

import time
from dataclasses import dataclass, field

__all__ = ["Pulse"]


@dataclass(slots=True)
class Pulse:
    """Beats each time the loop comes round, also to try again what failed; silence means that it hangs."""

    _beaten_at: float = field(default_factory=time.monotonic)

    def beat(self) -> None:
        """Come round."""
        self._beaten_at = time.monotonic()

    @property
    def silent_seconds(self) -> float:
        """Return how long ago it came round last."""
        return time.monotonic() - self._beaten_at
