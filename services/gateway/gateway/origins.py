"""Which web pages may call (CORS): those of the origins that the operator allowed, none unless set.

An allowed page reads every answer and the header fields named here. A preflight is answered by the edge,
uncounted and whatever the address: it names no caller. Nobody else is told anything, and their preflight goes
on as any OPTIONS request.
"""

from collections.abc import Mapping, Sequence
from typing import Final

__all__ = ["ALLOW_ORIGIN", "PREFLIGHT_FIELDS", "READABLE_FIELDS", "VARY", "Origins"]

ALLOW_ORIGIN: Final = "access-control-allow-origin"
# What a page may read of an answer, besides what every page may.
READABLE_FIELDS: Final = (
    "ETag, Consistency-Token, Location, Retry-After, RateLimit, RateLimit-Policy, Allow, WWW-Authenticate,"
    " X-Request-Id, Traceparent"
)
# An allowed page asks again after ten minutes.
PREFLIGHT_FIELDS: Final[Mapping[str, str]] = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Consistency-Token,"
        " X-Request-Id, Traceparent"
    ),
    "access-control-max-age": "600",
}
# Else a cache might give one page what was said to another.
VARY: Final = (b"vary", b"origin")
_ORIGIN: Final = b"origin"
_ASKED_METHOD: Final = b"access-control-request-method"

Headers = Mapping[bytes, bytes]


class Origins:
    """The allowed origins, as the one box asks for them."""

    def __init__(self, allowed: Sequence[str] = ()) -> None:
        """Take the origins, each as a browser writes it: `https://host` or `https://host:port`."""
        self._allowed = frozenset(origin.encode() for origin in allowed)

    def of(self, headers: Headers) -> bytes | None:
        """Return the origin of a request where it is an allowed one."""
        origin = headers.get(_ORIGIN)
        return origin if origin in self._allowed else None

    def is_preflight(self, method: str, headers: Headers) -> bool:
        """Say whether a browser asks on behalf of an allowed page what it may send."""
        return method == "OPTIONS" and _ASKED_METHOD in headers and self.of(headers) is not None

    def fields(self, headers: Headers) -> list[tuple[bytes, bytes]]:
        """Return the fields that the answer to a request has for this."""
        if not self._allowed:
            return []
        origin = self.of(headers)
        if origin is None:
            return [VARY]
        return [
            VARY,
            (ALLOW_ORIGIN.encode(), origin),
            (b"access-control-expose-headers", READABLE_FIELDS.encode()),
        ]
