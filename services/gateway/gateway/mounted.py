"""The edge in one process: pure ASGI, the same table, no copying of bodies."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.answers import answer_json, answer_not_found
from gateway.documents import Documents
from gateway.routes import route_of

__all__ = ["Edge", "Ready"]

# Says for each part of the platform whether it is ready.
Ready = Callable[[], Awaitable[Mapping[str, bool]]]
LIVE_PATH: Final = "/health/live"
READY_PATH: Final = "/health/ready"


class Edge:
    """Sends each request to the application of its service; answers health and documentation itself.

    `pages` are further applications by exact path prefix, such as the development issuer's documents.
    """

    def __init__(
        self, *, apps: Mapping[str, ASGIApp], ready: Ready, documents: Documents, pages: Mapping[str, ASGIApp]
    ) -> None:
        """Take one application for each service of the table."""
        self._apps = apps
        self._ready = ready
        self._documents = documents
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; lifespan is the business of whoever opened the applications."""
        if scope["type"] != "http":
            return
        app = self._app_for(scope["path"])
        if app is not None:
            await app(scope, receive, send)
        elif scope["path"] == LIVE_PATH:
            await answer_json(scope, send, {"status": "ok"})
        elif scope["path"] == READY_PATH:
            await self._answer_ready(scope, send)
        else:
            await answer_not_found(scope, receive, send)

    def _app_for(self, path: str) -> ASGIApp | None:
        route = route_of(path)
        if route is not None:
            return self._apps.get(route.service)
        if self._documents.covers(path):
            return self._documents
        return next((page for prefix, page in self._pages.items() if path.startswith(prefix)), None)

    async def _answer_ready(self, scope: Scope, send: Send) -> None:
        parts = await self._ready()
        ready = all(parts.values())
        body = {"status": "ok" if ready else "not ready", "parts": dict(parts)}
        await answer_json(scope, send, body, status=200 if ready else 503)
