"""How many requests came and how long they took: pure ASGI, around a whole application."""

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observing import RequestFigures

__all__ = ["MeasureMiddleware"]

# A path that no route has must not become a name of its own.
NO_ROUTE: Final = "none"
INTERNAL_FAULT: Final = 500


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
