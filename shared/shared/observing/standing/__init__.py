"""How a service's backbone stands: what its message processes report, judged by the alarms' own limits."""

from shared.observing.standing.history import History
from shared.observing.standing.judging import Judgement, State, judge
from shared.observing.standing.reports import Reporter, read_history

__all__ = ["History", "Judgement", "Reporter", "State", "judge", "read_history"]
