"""The limits of an edge, the same in both forms, and how they are told.

The fields are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` says what is granted,
`RateLimit` what is left of it; a refusal also has `Retry-After` (RFC 9110).
"""

from dataclasses import dataclass
from typing import Final

from shared.web import MAX_BODY_BYTES

__all__ = [
    "COUNTED_CALLER",
    "COUNTED_DEPARTMENT",
    "METHODS",
    "RETRY_AFTER_SECONDS",
    "WINDOW_SECONDS",
    "Limits",
    "limit_field",
    "policy_field",
]

WINDOW_SECONDS: Final = 10
# A caller who waited this long is let in again: the rate of the last window wanes, it does not fall at once.
RETRY_AFTER_SECONDS: Final = WINDOW_SECONDS + 1
# No interface has another; TRACE and CONNECT would speak to the edge itself.
METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
COUNTED_CALLER: Final = "caller"
COUNTED_DEPARTMENT: Final = "department"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How often, how much, how long. A caller is a token's subject, else an address.

    `department_requests_per_10s` is the limit of each department key. `client_timeout_seconds` is how long
    the edge waits for the next piece of a body, `server_timeout_seconds` how long for a service to answer.
    """

    requests_per_10s: int = 1000
    department_requests_per_10s: int = 200
    max_body_bytes: int = MAX_BODY_BYTES
    client_timeout_seconds: int = 30
    server_timeout_seconds: int = 60


def policy_field(*, counted: str, granted: int) -> str:
    """Return the value of `RateLimit-Policy`."""
    return f'"{counted}";q={granted};w={WINDOW_SECONDS}'


def limit_field(*, counted: str, remaining: int | str) -> str:
    """Return the value of `RateLimit`; `remaining` may be a place in a template."""
    return f'"{counted}";r={remaining};t={RETRY_AFTER_SECONDS}'
