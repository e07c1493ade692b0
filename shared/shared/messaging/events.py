"""From message to fact: the class that reads it, and the steps that lift an old version to today's."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.contracts import CATALOGUE, Event
from shared.messaging.envelope import Message

__all__ = ["READING", "Reading", "UnknownFact", "Upcaster", "event_of"]

Payload = dict[str, object]


class UnknownFact(Exception):  # noqa: N818 - named as the fact it states
    """No class of the catalogue reads this type, and no upcaster leads to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upcaster:
    """One step up: the name of the version it leads to, and how the payload changes."""

    to: str
    lift: Callable[[Payload], Payload]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The classes by name, and the upcasters by the name they start from."""

    catalogue: Mapping[str, type[Event]] = field(default_factory=lambda: CATALOGUE)
    upcasters: Mapping[str, Upcaster] = field(default_factory=dict)

    def fact_of(self, event_type: str) -> type[Event]:
        """Return the class that a type is read as, after its upcasters; raise UnknownFact for none."""
        name = [event_type, *(step.to for step in self._steps(event_type))][-1]
        if name not in self.catalogue:
            message = f"No contract for {event_type}."
            raise UnknownFact(message)
        return self.catalogue[name]

    def event_of(self, message: Message) -> Event:
        """Return the fact; raise UnknownFact, or ValidationError when the payload breaks its contract.

        A field that a newer producer added is passed over: producers may be deployed first.
        """
        fact = self.fact_of(message.type)
        if message.type == fact.name:
            return fact.model_validate_json(message.data, extra="ignore")
        payload: Payload = json.loads(message.data)
        for step in self._steps(message.type):
            payload = step.lift(payload)
        return fact.model_validate_json(json.dumps(payload), extra="ignore")

    def names_of(self, fact: type[Event]) -> frozenset[str]:
        """Return every type that is read as this class: its own name and the older ones lifted to it."""
        lifted = {name for name in self.upcasters if self._leads_to(name, fact)}
        return frozenset({fact.name} | lifted)

    def _leads_to(self, name: str, fact: type[Event]) -> bool:
        return any(step.to == fact.name for step in self._steps(name))

    def _steps(self, event_type: str) -> Iterator[Upcaster]:
        # A version is lifted at most once by each upcaster, so a circle cannot hold us.
        for _ in self.upcasters:
            step = self.upcasters.get(event_type)
            if step is None:
                return
            yield step
            event_type = step.to


# How this platform reads: today's catalogue; an upcaster is added here when a version is retired.
READING: Final = Reading()


def event_of(message: Message) -> Event:
    """Return the fact a message carries, by today's catalogue; raise UnknownFact or ValidationError."""
    return READING.event_of(message)
