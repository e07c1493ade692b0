"""The trace of a request: W3C `traceparent`, read, made and handed on."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["TraceContext", "current_trace", "new_trace", "parse_traceparent"]

_TRACEPARENT: Final = re.compile(
    r"\A(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<rest>-.*)?\Z"
)
_LONGEST_TRACEPARENT: Final = 512
_FORBIDDEN_VERSION: Final = "ff"
_FIRST_VERSION: Final = "00"
_NO_TRACE: Final = "0" * 32
_NO_SPAN: Final = "0" * 16
_SAMPLED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceContext:
    """One step of a trace: the whole journey's id, this step's id, and whether it is recorded."""

    trace_id: str
    span_id: str
    sampled: bool = True

    @property
    def traceparent(self) -> str:
        """Return the header value, version 00."""
        return f"{_FIRST_VERSION}-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def child(self) -> "TraceContext":
        """Return the next step of the same trace."""
        return replace(self, span_id=_random_hex(8))


current_trace: Final[ContextVar[TraceContext | None]] = ContextVar("current_trace", default=None)


def new_trace(*, sampled: bool = True) -> TraceContext:
    """Return the first step of a new trace."""
    return TraceContext(trace_id=_random_hex(16), span_id=_random_hex(8), sampled=sampled)


def parse_traceparent(header: str | None) -> TraceContext | None:
    """Read a `traceparent` header; return None for none, and for one the W3C says to ignore.

    A version after 00 may carry more fields, which are not read; version ff and ids of zeros are invalid.
    """
    match = _TRACEPARENT.match(header) if header and len(header) <= _LONGEST_TRACEPARENT else None
    if match is None or _is_invalid(match):
        return None
    sampled = bool(int(match["flags"], 16) & _SAMPLED)
    return TraceContext(trace_id=match["trace"], span_id=match["span"], sampled=sampled)


def _is_invalid(match: re.Match[str]) -> bool:
    return (
        match["version"] == _FORBIDDEN_VERSION
        or (match["version"] == _FIRST_VERSION and match["rest"] is not None)
        or match["trace"] == _NO_TRACE
        or match["span"] == _NO_SPAN
    )


def _random_hex(size: int) -> str:
    """Return random bytes in hex, never all zeros."""
    return f"{secrets.randbelow(2 ** (8 * size) - 1) + 1:0{2 * size}x}"
