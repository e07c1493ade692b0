"""The edge: one table of routes, mounted in one process or rendered as HAProxy's configuration."""

from gateway.documents import Documents, merge_openapi
from gateway.haproxy import (
    DOCUMENTS,
    Backend,
    EdgeSettings,
    HAProxy,
    check_configuration,
    find_haproxy,
    render,
)
from gateway.mounted import Edge
from gateway.routes import ROUTES, Route

__all__ = [
    "DOCUMENTS",
    "ROUTES",
    "Backend",
    "Documents",
    "Edge",
    "EdgeSettings",
    "HAProxy",
    "Route",
    "check_configuration",
    "find_haproxy",
    "merge_openapi",
    "render",
]
