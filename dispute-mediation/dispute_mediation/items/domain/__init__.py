"""Resolution items: a duty with a deadline, from assignment to verification (J-09 to J-11)."""

from dispute_mediation.items.domain.item import Item, Side, require_deadline
from dispute_mediation.items.domain.refusals import (
    CaseNotOnAgenda,
    DeadlineOutOfRange,
    ItemNotFound,
    NotTheChair,
    NotTheCheckPerson,
    NotTheResponsible,
    ObjectionTooLate,
    SamePersonVerifies,
)
from dispute_mediation.items.domain.states import LIFECYCLE, OWED, State, Step

__all__ = [
    "LIFECYCLE",
    "OWED",
    "CaseNotOnAgenda",
    "DeadlineOutOfRange",
    "Item",
    "ItemNotFound",
    "NotTheChair",
    "NotTheCheckPerson",
    "NotTheResponsible",
    "ObjectionTooLate",
    "SamePersonVerifies",
    "Side",
    "State",
    "Step",
    "require_deadline",
]
