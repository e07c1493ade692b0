"""The edge: one table of routes, mounted in one process or rendered as HAProxy's configuration."""

from gateway.documents import Documents, merge_openapi
from gateway.haproxy import Backend, EdgeSettings, render
from gateway.mounted import Edge
from gateway.routes import ROUTES, Route

__all__ = ["ROUTES", "Backend", "Documents", "Edge", "EdgeSettings", "Route", "merge_openapi", "render"]
