"""The edge: one table of routes, mounted in one process or rendered as HAProxy's configuration."""

from gateway.documents import Documents, merge_openapi
from gateway.guard import Guard, Identify
from gateway.haproxy import (
    DOCUMENTS,
    Backend,
    ConfigurationRefused,
    EdgeSettings,
    HAProxy,
    check_configuration,
    find_haproxy,
    render,
)
from gateway.limits import Limits
from gateway.mounted import Edge
from gateway.rates import Rates
from gateway.routes import ROUTES, Route

__all__ = [
    "DOCUMENTS",
    "ROUTES",
    "Backend",
    "ConfigurationRefused",
    "Documents",
    "Edge",
    "EdgeSettings",
    "Guard",
    "HAProxy",
    "Identify",
    "Limits",
    "Rates",
    "Route",
    "check_configuration",
    "find_haproxy",
    "merge_openapi",
    "render",
]
