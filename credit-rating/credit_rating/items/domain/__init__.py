"""A credit item: who may record it, who confirms it, what it counts and for how long, how it is taken back.

Points are tenths. They are never overwritten: what was counted stays on the item, and a correction is a
reversing entry and, where something still counts, a new item (domain, CR-08).
"""

from credit_rating.items.domain.item import LIFECYCLE, CreditItem, Effect, Status, Step
from credit_rating.items.domain.recorders import SYSTEM, recorder_of, require_recorder
from credit_rating.items.domain.refusals import (
    CreditItemNotFound,
    FactInTheFuture,
    FactNeedsKey,
    FactPunishedAlready,
    RecorderMayNotConfirm,
    UnitMayNotRecord,
)
from credit_rating.items.domain.weight import Repeats, corrections, lesser_of_the_fact

__all__ = [
    "LIFECYCLE",
    "SYSTEM",
    "CreditItem",
    "CreditItemNotFound",
    "Effect",
    "FactInTheFuture",
    "FactNeedsKey",
    "FactPunishedAlready",
    "RecorderMayNotConfirm",
    "Repeats",
    "Status",
    "Step",
    "UnitMayNotRecord",
    "corrections",
    "lesser_of_the_fact",
    "recorder_of",
    "require_recorder",
]
