"""Rules as data: parameters with source, validity and territory, and the calendar of working days."""

from shared.rules.calendar import make_calendar
from shared.rules.parameters import MalformedRuleError, RuleBook, RuleParameter, UnknownRuleError
from shared.rules.seed import read_rules, seed_calendar, seed_rules
from shared.rules.storage import forget_rules, rule_book, working_calendar

__all__ = [
    "MalformedRuleError",
    "RuleBook",
    "RuleParameter",
    "UnknownRuleError",
    "forget_rules",
    "make_calendar",
    "read_rules",
    "rule_book",
    "seed_calendar",
    "seed_rules",
    "working_calendar",
]
