"""The trace of a request: taken from `traceparent` or begun here, and told back to the caller."""

from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.tracing import current_trace, new_trace, parse_traceparent

__all__ = ["TraceMiddleware", "traceparent_of"]

_PLACE: Final = "gongzhi.traceparent"


def traceparent_of(scope: Scope) -> str | None:
    """Return the trace of a request, also where its time is over: a fault is answered outside of it."""
    found: str | None = scope.get(_PLACE)
    return found


class TraceMiddleware:
    """Pure ASGI: binds the trace for the request's time and answers with `traceparent`."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within its trace."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        arriving = parse_traceparent(Headers(scope=scope).get("traceparent"))
        trace = arriving.child() if arriving else new_trace()
        scope[_PLACE] = trace.traceparent

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["traceparent"] = trace.traceparent
            await send(message)

        token = current_trace.set(trace)
        try:
            await self.app(scope, receive, send_traced)
        finally:
            current_trace.reset(token)
