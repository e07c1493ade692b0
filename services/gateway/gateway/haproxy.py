"""HAProxy's configuration, rendered from the table of routes and never edited by hand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.routes import ROUTES
from shared.identity import TokenExpired, TokenInvalid
from shared.kernel import Refusal
from shared.web import (
    PROBLEM_TYPE,
    TITLES,
    BadRequest,
    BodyTooLarge,
    InternalFault,
    NoSuchAddress,
    RequestTooSlow,
    TemporarilyUnavailable,
    TooManyRequests,
)

__all__ = ["Backend", "EdgeSettings", "render"]

# One table: which refusal the edge gives for which status of its own.
_OWN_ERRORS: Final = (
    (400, BadRequest),
    (408, RequestTooSlow),
    (500, InternalFault),
    (502, TemporarilyUnavailable),
    (503, TemporarilyUnavailable),
    (504, TemporarilyUnavailable),
)


_EXTRA_HEADERS: Final = {
    401: " hdr www-authenticate 'Bearer realm=\"gongzhi\"'",
    429: " hdr retry-after 10",
}
_LIVE: Final = (
    '    http-request return status 200 content-type application/json string \'{"status":"ok"}\''
    " if { path /health/live }"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A service and the addresses its processes listen on, as `host:port`."""

    service: str
    servers: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """What the edge is told: where it listens, whose tokens it takes, and its limits.

    `certificate` is a PEM file with key and chain; without it the edge speaks plain HTTP.
    `public_key` is the issuer's key in PEM. Limits count per token subject, else per address.
    """

    bind: str
    public_key: Path
    issuer: str
    audience: str
    certificate: Path | None = None
    requests_per_10s: int = 1000
    max_body_bytes: int = 32 * 1024 * 1024
    clock_skew_seconds: int = 30
    client_timeout_seconds: int = 30
    server_timeout_seconds: int = 60
    backends: Sequence[Backend] = field(default_factory=tuple)


def render(settings: EdgeSettings) -> str:
    """Return the configuration. Raises ValueError when a service of the table has no backend."""
    parts = [_global(), _defaults(settings), _frontend(settings)]
    served = {backend.service: backend for backend in settings.backends}
    missing = [route.service for route in ROUTES if route.service not in served]
    if missing:
        message = f"No backend for {', '.join(missing)}."
        raise ValueError(message)
    parts += [_backend(served[route.service]) for route in ROUTES]
    return "\n".join(parts)


def _global() -> str:
    return """global
    log stdout format raw local0
    maxconn 20000
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
"""


def _defaults(settings: EdgeSettings) -> str:
    return f"""defaults
    mode http
    log global
    option httplog
    option dontlognull
    option http-keep-alive
    option redispatch
    retries 2
    retry-on conn-failure empty-response response-timeout
    timeout connect 3s
    timeout http-request 10s
    timeout http-keep-alive 60s
    timeout client {settings.client_timeout_seconds}s
    timeout server {settings.server_timeout_seconds}s
    timeout queue 5s
"""


def _frontend(settings: EdgeSettings) -> str:
    prefixes = " ".join(route.prefix for route in ROUTES)
    tls = f" ssl crt {settings.certificate} alpn h2,http/1.1" if settings.certificate else ""
    lines = [
        "frontend edge",
        f"    bind {settings.bind}{tls}",
        "    stick-table type string len 128 size 100k expire 30s store http_req_rate(10s)",
        *_answers_of_its_own(),
        *_token_rules(settings),
        *_limits(settings),
        # Sent twice, an unsafe request could act twice.
        "    http-request disable-l7-retry unless METH_GET",
        _LIVE,
        "    http-request set-header x-request-id %[uuid()] unless { req.hdr(x-request-id) -m found }",
        f"    {_refuse(NoSuchAddress, 404)} unless {{ path_beg {prefixes} }}",
        *(f"    use_backend {route.service} if {{ path_beg {route.prefix} }}" for route in ROUTES),
        "",
    ]
    return "\n".join(lines)


def _answers_of_its_own() -> list[str]:
    return [f"    http-error status {status} {_body(refusal, status)}" for status, refusal in _OWN_ERRORS]


def _token_rules(settings: EdgeSettings) -> list[str]:
    """Refuse a token that is not good; a request without one passes, the service says what is public."""
    invalid = f"    {_refuse(TokenInvalid, 401)} if has_bearer"
    return [
        "    acl has_bearer req.hdr(authorization) -m beg -i 'bearer '",
        "    http-request set-var(txn.bearer) http_auth_bearer if has_bearer",
        "    http-request set-var(txn.alg) var(txn.bearer),jwt_header_query('$.alg') if has_bearer",
        "    http-request set-var(txn.subject) var(txn.bearer),jwt_payload_query('$.sub') if has_bearer",
        "    http-request set-var(txn.exp) var(txn.bearer),jwt_payload_query('$.exp','int') if has_bearer",
        f"{invalid} !{{ var(txn.alg) -m str RS256 }}",
        f'{invalid} !{{ var(txn.bearer),jwt_verify(txn.alg,"{settings.public_key}") 1 }}',
        f"{invalid} !{{ var(txn.bearer),jwt_payload_query('$.iss') -m str {settings.issuer} }}",
        f"{invalid} !{{ var(txn.bearer),jwt_payload_query('$.aud') -m str {settings.audience} }}",
        "    http-request set-var(txn.left) date(),neg,add(txn.exp) if has_bearer",
        (
            f"    {_refuse(TokenExpired, 401)} if has_bearer"
            f" {{ var(txn.left) -m int lt -{settings.clock_skew_seconds} }}"
        ),
    ]


def _limits(settings: EdgeSettings) -> list[str]:
    return [
        "    http-request set-var(txn.caller) var(txn.subject) if has_bearer",
        "    http-request set-var(txn.caller) src unless has_bearer",
        "    http-request track-sc0 var(txn.caller)",
        f"    {_refuse(TooManyRequests, 429)} if {{ sc_http_req_rate(0) gt {settings.requests_per_10s} }}",
        f"    {_refuse(BodyTooLarge, 413)} if {{ req.hdr_val(content-length) gt {settings.max_body_bytes} }}",
    ]


def _refuse(refusal: type[Refusal], status: int) -> str:
    return f"http-request return status {status}{_EXTRA_HEADERS.get(status, '')} {_body(refusal, status)}"


def _body(refusal: type[Refusal], status: int) -> str:
    """Return content type and body of an answer, in both languages: here nobody reads Accept-Language."""
    zh, en = TITLES[status]
    problem = {
        "type": PROBLEM_TYPE + refusal.slug(),
        "title": f"{zh} / {en}",
        "status": status,
        "detail": f"{refusal.zh} / {refusal.en}",
    }
    text = json.dumps(problem, ensure_ascii=False)
    return f"content-type application/problem+json string '{text}'"


def _backend(backend: Backend) -> str:
    servers = [
        f"    server {backend.service}-{number} {address} check inter 1s fall 2 rise 1"
        for number, address in enumerate(backend.servers, start=1)
    ]
    check = f"/api/{backend.service}/health/ready"
    lines = [
        f"backend {backend.service}",
        "    balance leastconn",
        f"    option httpchk GET {check}",
        "    http-check expect status 200",
        *servers,
        "",
    ]
    return "\n".join(lines)
