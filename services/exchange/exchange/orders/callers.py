"""The caller under seal (Y-03, Y-07): opened to be compared or masked, never handed on.

The blind mark shares its context with the marks dispute-mediation makes of a phone, so that a person who
calls the hotline and comes to the window is known for the same one (MD-16), and by no name.
"""

from typing import Final
from uuid import UUID

from exchange.orders.domain import Caller
from shared.privacy import platform_sealer

__all__ = ["mark_of", "opened", "sealed"]

MARK_CONTEXT: Final = "complaints.person_phone"
_NAME: Final = "orders.caller_name"
_PHONE: Final = "orders.caller_phone"


def mark_of(caller: Caller | None) -> str | None:
    """Return the blind mark that all orders of one phone share, and nobody can turn back into it."""
    if caller is None or caller.phone is None:
        return None
    return platform_sealer().blind_index(caller.phone, context=MARK_CONTEXT)


def sealed(caller: Caller, *, order_id: UUID) -> dict[str, str | None]:
    """Return name and phone under seal, bound to their order: copied to another they do not open."""
    return {
        "name": _seal(caller.name, place=_NAME, order_id=order_id),
        "phone": _seal(caller.phone, place=_PHONE, order_id=order_id),
    }


def opened(*, name: str | None, phone: str | None, order_id: UUID) -> Caller | None:
    """Open the seals; return None when nobody is on record."""
    if name is None and phone is None:
        return None
    return Caller(
        name=_open(name, place=_NAME, order_id=order_id),
        phone=_open(phone, place=_PHONE, order_id=order_id),
    )


def _seal(text: str | None, *, place: str, order_id: UUID) -> str | None:
    return platform_sealer().seal(text, context=f"{place}/{order_id}") if text else None


def _open(text: str | None, *, place: str, order_id: UUID) -> str | None:
    return platform_sealer().open(text, context=f"{place}/{order_id}") if text else None
