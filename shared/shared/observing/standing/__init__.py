"""How a service's backbone stands: what its message processes report, judged by the alarms' own limits."""

from shared.observing.standing.history import History, Report
from shared.observing.standing.judging import Judgement, State, judge
from shared.observing.standing.reports import Reporter, read_history

__all__ = ["History", "Judgement", "Report", "Reporter", "State", "judge", "read_history"]
