"""The versions that are retired: no class reads them any more, an upcaster lifts what was recorded.

A retired version keeps its snapshot and its recorded message for ever: journals and topics still hold it.
How to retire one is in docs/how-to/change-an-event.md.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

__all__ = ["UPCASTERS", "Upcaster", "Upcasters", "latest_of", "steps_from"]

# The JSON object of an event.
Payload: TypeAlias = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcaster:
    """One step up: the name of the version it leads to, and how the payload changes."""

    to: str
    lift: Callable[[Payload], Payload]


# By the name of the version they start from.
Upcasters: TypeAlias = Mapping[str, Upcaster]

# Empty while every version that was ever published has its class.
UPCASTERS: Final[Upcasters] = MappingProxyType({})


def steps_from(name: str, upcasters: Upcasters) -> Iterator[Upcaster]:
    """Yield the steps that lead up from a version; none for one that nothing lifts."""
    # A version is lifted at most once by each upcaster, so a circle cannot hold us.
    for _ in upcasters:
        step = upcasters.get(name)
        if step is None:
            return
        yield step
        name = step.to


def latest_of(name: str, upcasters: Upcasters) -> str:
    """Return the version that a recorded one is read as: the end of its steps, or itself."""
    return [name, *(step.to for step in steps_from(name, upcasters))][-1]
