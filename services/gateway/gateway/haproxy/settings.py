"""What the edge is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gateway.limits import Limits

__all__ = ["DOCUMENTS", "Backend", "EdgeSettings"]

# The name of the backend that serves the documentation: no service of the table, and not needed.
DOCUMENTS: Final = "gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """A service and the addresses its processes listen on, as `host:port`."""

    service: str
    servers: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSettings:
    """Where the edge listens, whose tokens it takes, where the services are, and its limits.

    `bind` is `host:port`. `public_keys` are the issuer's RSA keys, a PEM file each: a token under any of
    them is good, so that keys can be changed with an overlap. `certificate` is a PEM file with key and
    chain; without it the edge speaks plain HTTP. With `resolver`, a name server as `host:port`, the names
    of the backends are looked up as it runs, up to `most_replicas` processes behind each. `metrics_bind` is
    where Prometheus asks, at an address of its own that the public does not reach. `allowed_origins` are the
    web pages that may call, each as a browser names it.
    """

    bind: str
    public_keys: Sequence[Path]
    issuer: str
    audience: str
    backends: Sequence[Backend]
    certificate: Path | None = None
    resolver: str | None = None
    metrics_bind: str | None = None
    allowed_origins: Sequence[str] = ()
    most_replicas: int = 8
    limits: Limits = field(default_factory=Limits)
    max_connections: int = 20_000
    max_requests_per_server: int = 256
    clock_skew_seconds: int = 30
    request_timeout_seconds: int = 10
    drain_seconds: int = 75

    def backend(self, service: str) -> Backend | None:
        """Return the backend of a service, or None."""
        return next((backend for backend in self.backends if backend.service == service), None)
