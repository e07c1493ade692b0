"""How a service tells the edge that a caller showed who it is, so that the edge may count it by name."""

from typing import Final

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["VERIFIED_CALLER", "VerifiedCallerMiddleware", "note_verified_caller"]

# In answers to the edge alone, which takes it out again.
VERIFIED_CALLER: Final = "verified-caller"
_STATE: Final = "state"


def note_verified_caller(request: Request, caller: str) -> None:
    """Note whose signature was found good, whatever becomes of the request."""
    request.scope[_STATE][VERIFIED_CALLER] = caller


class VerifiedCallerMiddleware:
    """Pure ASGI: names the verified caller in the answer, in a refusal too."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap an application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault(_STATE, {})

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start" and VERIFIED_CALLER in state:
                MutableHeaders(scope=message)[VERIFIED_CALLER] = state[VERIFIED_CALLER]
            await send(message)

        await self.app(scope, receive, send_named)
