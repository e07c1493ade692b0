"""The configuration as a whole."""

from typing import Final

from gateway.haproxy.answers import health_answers, own_errors
from gateway.haproxy.counting import answered_rules, counting_rules, department_table, rate_fields
from gateway.haproxy.marks import access_log, mark_rules
from gateway.haproxy.origins import origin_rules, preflight_rules
from gateway.haproxy.rules import judging_rules, routing_rules, token_rules
from gateway.haproxy.settings import DOCUMENTS, Backend, EdgeSettings
from gateway.routes import ROUTES
from shared.web import api_prefix

__all__ = ["render"]

CHECK_SECONDS: Final = 5


def render(settings: EdgeSettings) -> str:
    """Return the configuration.

    Raises ValueError when a service of the table has no backend, or when no key of the issuer is given.
    """
    missing = [route.service for route in ROUTES if settings.backend(route.service) is None]
    if missing or not settings.public_keys:
        message = f"No backend for {', '.join(missing)}." if missing else "No key of the issuer."
        raise ValueError(message)
    served = (*(route.service for route in ROUTES), DOCUMENTS)
    backends = [backend for name in served if (backend := settings.backend(name)) is not None]
    parts = [
        _global(settings),
        "\n".join([_defaults(settings), *own_errors(), ""]),
        *_resolvers(settings),
        *_metrics(settings),
        "\n".join(department_table()),
        _frontend(settings),
        *(_backend(settings, backend) for backend in backends),
    ]
    return "\n".join(parts)


def _global(settings: EdgeSettings) -> str:
    return f"""global
    maxconn {settings.max_connections}
    # After a reload the old worker ends its requests, for so long at most.
    hard-stop-after {settings.drain_seconds}s
    ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets
"""


def _defaults(settings: EdgeSettings) -> str:
    """Return the habits of all parts. A slow answer is not asked for again: it would be slow twice."""
    return f"""defaults
    mode http
    option dontlognull
    option http-keep-alive
    # Else a reload closes connections on which the next request is already on its way.
    option idle-close-on-response
    option redispatch
    retries 2
    retry-on conn-failure empty-response
    timeout connect 3s
    timeout http-request {settings.request_timeout_seconds}s
    timeout http-keep-alive 60s
    timeout client {settings.limits.client_timeout_seconds}s
    timeout server {settings.limits.server_timeout_seconds}s
    timeout queue 5s"""


def _resolvers(settings: EdgeSettings) -> list[str]:
    if settings.resolver is None:
        return []
    return [
        f"""resolvers names
    nameserver first {settings.resolver}
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold valid 5s
    hold obsolete 5s
"""
    ]


def _metrics(settings: EdgeSettings) -> list[str]:
    """Return the listener that tells Prometheus how the edge does; nobody else is meant to reach it."""
    if settings.metrics_bind is None:
        return []
    return [
        f"""frontend metrics
    bind {settings.metrics_bind}
    http-request use-service prometheus-exporter if {{ path /metrics }}
    http-request return status 404
"""
    ]


def _frontend(settings: EdgeSettings) -> str:
    tls = f" ssl crt {settings.certificate} alpn h2,http/1.1" if settings.certificate else ""
    lines = [
        "frontend edge",
        f"    bind {settings.bind}{tls}",
        *access_log(),
        *origin_rules(settings),
        *mark_rules(),
        *preflight_rules(settings),
        *health_answers(),
        *token_rules(settings),
        *counting_rules(settings),
        *rate_fields(settings),
        *answered_rules(),
        *judging_rules(settings),
        # A service is not troubled before the body, or as much of it as a buffer holds, is here.
        f"    http-request wait-for-body time {settings.limits.server_timeout_seconds}s unless METH_GET",
        # Sent twice, an unsafe request could act twice.
        "    http-request disable-l7-retry unless METH_GET",
        "    http-request set-header x-forwarded-for %[src]",
        "    http-request set-header x-forwarded-proto %[ssl_fc,iif(https,http)]",
        *_promise_of_tls(settings),
        *routing_rules(settings),
        "",
    ]
    return "\n".join(lines)


def _promise_of_tls(settings: EdgeSettings) -> list[str]:
    if settings.certificate is None:
        return []
    return ["    http-after-response set-header strict-transport-security max-age=31536000"]


def _backend(settings: EdgeSettings, backend: Backend) -> str:
    lines = [
        f"backend {backend.service}",
        # What befalls a server is told apart from the requests.
        "    log stderr format raw daemon notice",
        "    balance leastconn",
        "    option httpchk",
        f"    http-check send meth GET uri {_health_of(backend)}",
        "    http-check expect status 200",
        # Who is gone refuses at once; who is slow is not gone, and the others must not get its load as well.
        f"    timeout check {CHECK_SECONDS}s",
        (
            "    default-server check inter 1s fastinter 250ms downinter 500ms fall 2 rise 1"
            f" maxconn {settings.max_requests_per_server}"
        ),
        *_servers(settings, backend),
        "",
    ]
    return "\n".join(lines)


def _health_of(backend: Backend) -> str:
    return "/health/ready" if backend.service == DOCUMENTS else f"{api_prefix(backend.service)}/health/ready"


def _servers(settings: EdgeSettings, backend: Backend) -> list[str]:
    if settings.resolver is None:
        return [
            f"    server {backend.service}-{number} {address}"
            for number, address in enumerate(backend.servers, start=1)
        ]
    return [
        f"    server-template {backend.service}-{number}- {settings.most_replicas} {address}"
        " resolvers names resolve-prefer ipv4 init-addr none"
        for number, address in enumerate(backend.servers, start=1)
    ]
