"""Clocks of a case and of a duty: limits, deadlines, and the ladder of overdue stages."""
