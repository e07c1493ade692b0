"""What a process tells Prometheus and its orchestrator, read when it is asked for, on a port of its own."""

from shared.observing.catalogue import METRICS, Metric
from shared.observing.exposition import Source, exposition
from shared.observing.health import WorkHealth
from shared.observing.listener import exposing
from shared.observing.requests import requests_source
from shared.observing.work import WorkSource

__all__ = [
    "METRICS",
    "Metric",
    "Source",
    "WorkHealth",
    "WorkSource",
    "exposing",
    "exposition",
    "requests_source",
]
