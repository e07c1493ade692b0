"""When the platform calls for a person: every alarm once, for Prometheus and for the operator's page."""

from shared.observing.alarms.declaration import Alarm, Measured, Severity, Words
from shared.observing.alarms.rules_file import rules_file
from shared.observing.alarms.table import ALARMS

__all__ = ["ALARMS", "Alarm", "Measured", "Severity", "Words", "rules_file"]
