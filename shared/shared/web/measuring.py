"""How many requests came and how long they took, per route: pure ASGI, a list and a bisection a request."""

import time
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["BUCKETS", "MeasureMiddleware", "RequestFigures"]

# Upper bounds in seconds.
BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
# A path that no route has must not become a name of its own.
NO_ROUTE: Final = "none"
INTERNAL_FAULT: Final = 500


@dataclass(slots=True)
class Timing:
    """How many requests fell under each bound, the last for those over all, and their seconds together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0


@dataclass(slots=True)
class RequestFigures:
    """The timings of a process by method, route and status."""

    timings: dict[tuple[str, str, int], Timing] = field(default_factory=dict)

    def note(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        timing = self.timings.get((method, route, status))
        if timing is None:
            timing = self.timings.setdefault((method, route, status), Timing())
        timing.counts[bisect_left(BUCKETS, seconds)] += 1
        timing.seconds += seconds


class MeasureMiddleware:
    """Notes each request when its answer is out."""

    def __init__(self, app: ASGIApp, *, figures: RequestFigures) -> None:
        """Wrap an application."""
        self.app = app
        self._figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and note how long it took."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = INTERNAL_FAULT
        began = time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_noted)
        finally:
            self._figures.note(
                method=scope["method"],
                route=getattr(scope.get("route"), "path", NO_ROUTE),
                status=status,
                seconds=time.perf_counter() - began,
            )
