"""The trace of a request: taken from `traceparent` or begun here, and told back to the caller."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.tracing import current_trace, new_trace, parse_traceparent

__all__ = ["TraceMiddleware"]


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

        async def send_traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["traceparent"] = trace.traceparent
            await send(message)

        token = current_trace.set(trace)
        try:
            await self.app(scope, receive, send_traced)
        finally:
            current_trace.reset(token)
