"""Who complained, in the clear: only ever on the way into or out of the seal."""

from dataclasses import dataclass

__all__ = ["Person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A name and a phone number, one of them at least."""

    name: str | None
    phone: str | None
