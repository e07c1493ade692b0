"""Who may record an item (domain, CR-04)."""

from collections.abc import Sequence
from typing import Final

from credit_rating.items.domain.refusals import UnitMayNotRecord
from shared.kernel import Actor

__all__ = ["SYSTEM", "recorder_of", "require_recorder"]

SYSTEM: Final = "system"
# The office a role stands for when its token names no unit (domain, 11).
_OFFICES: Final = {"R11": "authority", "R12": "authority", SYSTEM: SYSTEM}


def recorder_of(actor: Actor) -> str:
    """Return the kind of unit that a person records for: `town` for `610703001:town`."""
    if actor.unit is not None:
        return actor.unit.rpartition(":")[2]
    return _OFFICES.get(actor.role, actor.role)


def require_recorder(unit: str, *, code: str, recorders: Sequence[str], records_all: str) -> None:
    """Refuse a unit that may not record the item; raise UnitMayNotRecord (CR-04)."""
    if unit != records_all and unit not in recorders:
        raise UnitMayNotRecord(code=code, recorders=", ".join(recorders), unit=unit)
