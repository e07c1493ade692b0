"""The limits of the edge in the one box: pure ASGI around it, with the headers and problems of HAProxy."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.answering import Answer
from gateway.limits import METHODS, Limits
from gateway.marks import Marks
from gateway.origins import PREFLIGHT_FIELDS, Origins
from gateway.rates import Rates
from gateway.timing import serve_in_time
from shared.identity import KeysUnavailable, NotAuthenticated, key_id_of_signature
from shared.kernel import Actor, Refusal
from shared.web import BodyTooLarge, MethodNotAllowed, TooManyRequests

__all__ = ["Guard", "Identify"]

# From an Authorization header with a token to its holder; raises NotAuthenticated.
Identify = Callable[[str], Awaitable[Actor]]
# Asked by machines that must never be turned away.
HEALTH: Final = frozenset({"/health/live", "/health/ready"})
_BEARER: Final = b"bearer "

Headers = Mapping[bytes, bytes]


class Guard:
    """Counts callers, refuses what is too often, too large or too slow, and marks every request.

    Callers are counted as at HAProxy: by the subject of a good token, else by address, and a department key
    when the service answers that its signature was good.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        identify: Identify,
        limits: Limits | None = None,
        callers: Rates | None = None,
        departments: Rates | None = None,
        allowed_origins: Sequence[str] = (),
    ) -> None:
        """Take the edge, what knows the holder of a token, and whose web pages may call."""
        self._app = app
        self._identify = identify
        self._limits = limits or Limits()
        self._callers = callers or Rates()
        self._departments = departments or Rates()
        self._origins = Origins(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        marks = Marks.of(headers)
        marked = marks.on(scope)
        answer = Answer(
            marked,
            send,
            marks=marks,
            limits=self._limits,
            departments=self._departments,
            also=self._origins.fields(headers),
        )
        if self._origins.is_preflight(scope["method"], headers):
            await _answer_preflight(answer)
            return
        try:
            await self._judge(marked, answer, headers=headers)
            await serve_in_time(self._app, marked, receive, answer, limits=self._limits)
        except Refusal as refusal:
            await answer.refuse(refusal)

    async def _judge(self, scope: Scope, answer: Answer, *, headers: Headers) -> None:
        """Let a request pass, or raise the refusal."""
        if scope["method"] not in METHODS:
            raise MethodNotAllowed
        if scope["path"] in HEALTH:
            return
        caller, refusal = await self._caller(scope, headers)
        answer.left = self._count(caller, headers)
        if refusal is not None:
            raise refusal
        if _length(headers) > self._limits.max_body_bytes:
            raise BodyTooLarge

    def _count(self, caller: str, headers: Headers) -> int:
        """Count a caller and return what is left; raise TooManyRequests, which is not counted."""
        key_id = key_id_of_signature(headers.get(b"signature-input", b""))
        if key_id and self._departments.rate(key_id) >= self._limits.department_requests_per_10s:
            raise TooManyRequests
        if self._callers.rate(caller) >= self._limits.requests_per_10s:
            raise TooManyRequests
        self._callers.count(caller)
        return self._limits.requests_per_10s - self._callers.rate(caller)

    async def _caller(self, scope: Scope, headers: Headers) -> tuple[str, Refusal | None]:
        """Return by whose name to count, and what is wrong with the token."""
        address = scope["client"][0] if scope.get("client") else ""
        authorization = headers.get(b"authorization", b"")
        if authorization[: len(_BEARER)].lower() != _BEARER:
            return address, None
        try:
            actor = await self._identify(authorization.decode("latin-1"))
        except NotAuthenticated as refusal:
            return address, refusal
        except KeysUnavailable:
            return address, None  # The service says so.
        return actor.person, None


async def _answer_preflight(answer: Answer) -> None:
    fields = [(name.encode(), value.encode()) for name, value in PREFLIGHT_FIELDS.items()]
    await answer({"type": "http.response.start", "status": 204, "headers": fields})
    await answer({"type": "http.response.body", "body": b""})


def _length(headers: Headers) -> int:
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() else 0
