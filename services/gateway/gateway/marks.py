"""What a request is known by in the one box: its id and its trace, kept where harmless, else made here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self
from uuid import uuid4

from starlette.types import Scope

from shared.tracing import new_trace, parse_traceparent

__all__ = ["REQUEST_ID", "TRACEPARENT", "Marks"]

REQUEST_ID: Final = b"x-request-id"
TRACEPARENT: Final = b"traceparent"
_HARMLESS: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Marks:
    """The id of a request, and the trace it belongs to."""

    request_id: bytes
    traceparent: bytes

    @classmethod
    def of(cls, headers: Mapping[bytes, bytes]) -> Self:
        """Read the marks of a request, or make them."""
        given_id, given_trace = headers.get(REQUEST_ID, b""), headers.get(TRACEPARENT, b"")
        return cls(
            given_id if _HARMLESS.match(given_id) else str(uuid4()).encode(),
            given_trace
            if parse_traceparent(given_trace.decode("latin-1"))
            else new_trace().traceparent.encode(),
        )

    def on(self, scope: Scope) -> Scope:
        """Return the request as the services see it."""
        others = [pair for pair in scope["headers"] if pair[0] not in {REQUEST_ID, TRACEPARENT}]
        marks = [(REQUEST_ID, self.request_id), (TRACEPARENT, self.traceparent)]
        return {**scope, "headers": [*others, *marks]}
