"""The caller under seal (Y-03, Y-07): opened to be compared or masked, never handed on.

The blind mark shares its context with the marks dispute-mediation makes of a phone, so that a person who
calls the hotline and comes to the window is known for the same one (MD-16), and by no name.
"""

from typing import Final
from uuid import UUID

from exchange.orders.domain import Caller
from exchange.orders.tables import order_callers
from shared.privacy import SealedColumn, platform_sealer

__all__ = ["SEALED", "mark_of", "opened", "sealed"]

MARK_CONTEXT: Final = "complaints.person_phone"
_ID: Final = order_callers.c.order_id
_NAME: Final = SealedColumn(column=order_callers.c.name, key=_ID, place="orders.caller_name")
_PHONE: Final = SealedColumn(column=order_callers.c.phone, key=_ID, place="orders.caller_phone")
SEALED: Final = (_NAME, _PHONE)


def mark_of(caller: Caller | None) -> str | None:
    """Return the blind mark that all orders of one phone share, and nobody can turn back into it."""
    if caller is None or caller.phone is None:
        return None
    return platform_sealer().blind_index(caller.phone, context=MARK_CONTEXT)


def sealed(caller: Caller, *, order_id: UUID) -> dict[str, str | None]:
    """Return name and phone under seal, bound to their order: copied to another they do not open."""
    return {
        "name": _NAME.seal(caller.name, row=order_id),
        "phone": _PHONE.seal(caller.phone, row=order_id),
    }


def opened(*, name: str | None, phone: str | None, order_id: UUID) -> Caller | None:
    """Open the seals; return None when nobody is on record."""
    if name is None and phone is None:
        return None
    return Caller(
        name=_NAME.open(name, row=order_id),
        phone=_PHONE.open(phone, row=order_id),
    )
