"""Everything that can be done with a duty: one function each."""

from dispute_mediation.items.commands.acting import (
    accept_item,
    check_item,
    claim_item,
    close_item,
    decide_objection,
    object_to_item,
    start_item,
)
from dispute_mediation.items.commands.assigning import Duty, assign_item
from dispute_mediation.items.commands.clock import TASKS

__all__ = [
    "TASKS",
    "Duty",
    "accept_item",
    "assign_item",
    "check_item",
    "claim_item",
    "close_item",
    "decide_objection",
    "object_to_item",
    "start_item",
]
