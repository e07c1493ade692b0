"""HAProxy's configuration, rendered from the table of routes and never edited by hand."""

from gateway.haproxy.checking import ConfigurationRefused, check_configuration, find_haproxy
from gateway.haproxy.rendering import render
from gateway.haproxy.running import HAProxy
from gateway.haproxy.settings import DOCUMENTS, Backend, EdgeSettings

__all__ = [
    "DOCUMENTS",
    "Backend",
    "ConfigurationRefused",
    "EdgeSettings",
    "HAProxy",
    "check_configuration",
    "find_haproxy",
    "render",
]
