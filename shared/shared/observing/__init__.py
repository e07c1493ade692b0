"""What a process tells Prometheus: figures read when they are asked for, on a port of their own."""

from shared.observing.catalogue import METRICS, Metric
from shared.observing.exposition import Source, exposition
from shared.observing.listener import exposing
from shared.observing.requests import requests_source
from shared.observing.work import WorkSource

__all__ = [
    "METRICS",
    "Metric",
    "Source",
    "WorkSource",
    "exposing",
    "exposition",
    "requests_source",
]
