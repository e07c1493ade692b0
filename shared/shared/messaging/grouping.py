"""Which messages of a batch are handed over together: a set to one set-wise reaction, the others one by one.

A message may leave its place only as far as the order of its subject allows: it joins an open set of its
reaction, unless an earlier message of its subject stands in a later set. A reaction that takes one message
sees everything before it done, and nothing after it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.contracts import Event
from shared.messaging.arrival import Arrival
from shared.messaging.subscriptions import Heard, Reaction, SetWise

__all__ = ["Group", "Ready", "in_groups"]


@dataclass(frozen=True, slots=True)
class Ready:
    """A message that was read, and the reaction that waits for it."""

    arrival: Arrival
    heard: Heard[Event]
    reaction: Reaction


@dataclass(frozen=True, slots=True)
class Group:
    """What one call of a reaction gets, in order."""

    reaction: Reaction
    members: list[Ready]


@dataclass(slots=True)
class _Sets:
    """The sets since the last reaction that is none, and the last one that each subject is in."""

    groups: list[Group] = field(default_factory=list)
    reached: dict[str, int] = field(default_factory=dict)

    def add(self, ready: Ready) -> None:
        subject = ready.arrival.subject
        place = self._place_of(ready.reaction, self.reached.get(subject, 0))
        self.groups[place].members.append(ready)
        self.reached[subject] = place

    def _place_of(self, reaction: Reaction, lowest: int) -> int:
        for place in range(lowest, len(self.groups)):
            if self.groups[place].reaction is reaction:
                return place
        self.groups.append(Group(reaction, []))
        return len(self.groups) - 1


def in_groups(messages: Iterable[Ready]) -> list[Group]:
    """Divide messages into the calls to make, one after another."""
    done: list[Group] = []
    sets = _Sets()
    for ready in messages:
        if isinstance(ready.reaction, SetWise):
            sets.add(ready)
        else:
            done += [*sets.groups, Group(ready.reaction, [ready])]
            sets = _Sets()
    return [*done, *sets.groups]
