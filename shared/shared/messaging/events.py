"""From message to fact: the class that reads it, after the steps that lift a retired version to today's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.contracts import CATALOGUE, UPCASTERS, Event, Upcasters, latest_of, steps_from
from shared.messaging.envelope import Message

__all__ = ["READING", "Reading", "UnknownFact", "event_of"]


class UnknownFact(Exception):  # noqa: N818 - named as the fact it states
    """No class of the catalogue reads this type, and no upcaster leads to one."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """The classes by name, and the upcasters by the name they start from."""

    catalogue: Mapping[str, type[Event]]
    upcasters: Upcasters
    # Answers given before: types are few, events are many.
    _facts: dict[str, type[Event]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def fact_of(self, event_type: str) -> type[Event]:
        """Return the class that a type is read as, after its upcasters; raise UnknownFact for none."""
        known = self._facts.get(event_type)
        if known is not None:
            return known
        name = latest_of(event_type, self.upcasters)
        if name not in self.catalogue:
            message = f"No contract for {event_type}."
            raise UnknownFact(message)
        return self._facts.setdefault(event_type, self.catalogue[name])

    def event_of(self, message: Message) -> Event:
        """Return the fact; raise UnknownFact, or ValidationError when the payload breaks its contract.

        A field that a newer producer added is passed over: producers may be deployed first.
        """
        fact = self.fact_of(message.type)
        if message.type == fact.name:
            return fact.model_validate_json(message.data, extra="ignore")
        payload = json.loads(message.data)
        for step in steps_from(message.type, self.upcasters):
            payload = step.lift(payload)
        return fact.model_validate_json(json.dumps(payload), extra="ignore")

    def names_of(self, fact: type[Event]) -> frozenset[str]:
        """Return every type that is read as this class: its own name and the older ones lifted to it."""
        lifted = {name for name in self.upcasters if latest_of(name, self.upcasters) == fact.name}
        return frozenset({fact.name} | lifted)


# How this platform reads.
READING: Final = Reading(catalogue=CATALOGUE, upcasters=UPCASTERS)


def event_of(message: Message) -> Event:
    """Return the fact a message carries, by today's catalogue; raise UnknownFact or ValidationError."""
    return READING.event_of(message)
