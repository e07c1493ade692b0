"""An answer on its way through the edge of the one box: what the edge adds to it, and takes out."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request
from starlette.types import Message, Scope, Send

from gateway.limits import (
    COUNTED_CALLER,
    COUNTED_DEPARTMENT,
    METHODS,
    RETRY_AFTER_SECONDS,
    Limits,
    limit_field,
    policy_field,
)
from gateway.marks import REQUEST_ID, TRACEPARENT, Marks
from gateway.rates import Rates
from shared.kernel import Refusal
from shared.web import VERIFIED_CALLER, MethodNotAllowed, TooManyRequests, problem

__all__ = ["Answer"]

_VERIFIED: Final = VERIFIED_CALLER.encode()


class Answer:
    """Sends the answer of a service on, with the marks of the request and what is left to the caller."""

    def __init__(
        self,
        scope: Scope,
        send: Send,
        *,
        marks: Marks,
        limits: Limits,
        departments: Rates,
        also: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        """Take the request and the way to its caller; `also` are fields that its answer has in any case."""
        self._scope = scope
        self._send = send
        self._marks = marks
        self._limits = limits
        self._departments = departments
        self._also = also
        self._begun = False
        self.left: int | None = None

    async def __call__(self, message: Message) -> None:
        """Send a message of the service on."""
        if message["type"] == "http.response.start":
            self._begun = True
            message = {**message, "headers": self._headers(list(message.get("headers", ())))}
        await self._send(message)

    async def refuse(self, refusal: Refusal) -> None:
        """Answer with a refusal of the edge; raise it where the service's answer has begun."""
        if self._begun:
            raise refusal
        response = problem(Request(self._scope), refusal)
        if isinstance(refusal, TooManyRequests):
            self.left = 0
            response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
        if isinstance(refusal, MethodNotAllowed):
            response.headers["allow"] = ", ".join(METHODS)
        await response(self._scope, _nothing, self)

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        verified = next((value for name, value in headers if name == _VERIFIED), None)
        kept = [pair for pair in headers if pair[0] not in {_VERIFIED, REQUEST_ID}]
        kept.append((REQUEST_ID, self._marks.request_id))
        if not any(name == TRACEPARENT for name, _ in kept):
            kept.append((TRACEPARENT, self._marks.traceparent))
        return [*kept, *self._also, *self._rate_fields(verified)]

    def _rate_fields(self, verified: bytes | None) -> list[tuple[bytes, bytes]]:
        if verified is not None:
            name, granted = verified.decode("latin-1"), self._limits.department_requests_per_10s
            self._departments.count(name)
            return _fields(COUNTED_DEPARTMENT, granted, granted - self._departments.rate(name))
        if self.left is not None:
            return _fields(COUNTED_CALLER, self._limits.requests_per_10s, self.left)
        return []


def _fields(counted: str, granted: int, left: int) -> list[tuple[bytes, bytes]]:
    return [
        (b"ratelimit-policy", policy_field(counted=counted, granted=granted).encode()),
        (b"ratelimit", limit_field(counted=counted, remaining=max(left, 0)).encode()),
    ]


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
