"""The time a request may take: the caller's to send a body, the service's to begin its answer."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.limits import Limits
from shared.web import AnswerLate, RequestTooSlow

__all__ = ["serve_in_time"]


async def serve_in_time(app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, limits: Limits) -> None:
    """Serve one request; raise AnswerLate, or within the application RequestTooSlow."""
    until = asyncio.timeout(limits.server_timeout_seconds)
    try:
        async with until:
            course = _Course(receive, send, until=until, limits=limits)
            await app(scope, course.receive if _has_body(scope) else receive, course.send)
    except TimeoutError:
        if not until.expired():
            raise
        raise AnswerLate from None


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers


class _Course:
    """A request under way, and whose time runs."""

    def __init__(self, receive: Receive, send: Send, *, until: asyncio.Timeout, limits: Limits) -> None:
        self._receive = receive
        self._send = send
        self._until = until
        self._limits = limits
        self._more = True

    async def receive(self) -> Message:
        """Wait for a piece of the body; after the last what comes is the caller's leaving alone."""
        if not self._more:
            return await self._receive()
        self._until.reschedule(None)
        message = await self._piece()
        self._more = bool(message.get("more_body", False))
        now = asyncio.get_running_loop().time()
        self._until.reschedule(now + self._limits.server_timeout_seconds)
        return message

    async def _piece(self) -> Message:
        try:
            async with asyncio.timeout(self._limits.client_timeout_seconds):
                return await self._receive()
        except TimeoutError:
            raise RequestTooSlow from None

    async def send(self, message: Message) -> None:
        """Send on; an answer that has begun may take its time."""
        if message["type"] == "http.response.start":
            self._until.reschedule(None)
        await self._send(message)
