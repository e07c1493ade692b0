"""What a process tells Prometheus and its orchestrator, read when it is asked for, on a port of its own."""

from shared.observing.alarms import ALARMS, Alarm, Measured, rules_file
from shared.observing.catalogue import METRICS, Figure, Metric
from shared.observing.exposition import Source, exposition
from shared.observing.health import WorkHealth
from shared.observing.listener import exposing
from shared.observing.requests import RequestFigures, requests_source
from shared.observing.standing import History, Judgement, Report, Reporter, State, judge, read_history
from shared.observing.tables import table_figures
from shared.observing.work import WorkSource

__all__ = [
    "ALARMS",
    "METRICS",
    "Alarm",
    "Figure",
    "History",
    "Judgement",
    "Measured",
    "Metric",
    "Report",
    "Reporter",
    "RequestFigures",
    "Source",
    "State",
    "WorkHealth",
    "WorkSource",
    "exposing",
    "exposition",
    "judge",
    "read_history",
    "requests_source",
    "rules_file",
    "table_figures",
]
