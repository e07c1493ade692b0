"""What a service listens to, and what it does then: the type of every `SUBSCRIPTIONS` table."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.contracts import Event
from shared.storage import Cause, Work

__all__ = ["FactWithoutCause", "Heard", "Reaction", "SetWise", "Subscriptions", "react_to_one"]

Told = TypeVar("Told", bound=Event)


class FactWithoutCause(Exception):  # noqa: N818 - named as the fact it states
    """A set-wise reaction recorded a fact: a fault of the program, for no one message caused it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard(Generic[Told]):
    """A fact as it came: what it says, the id of its message, and what the envelope tells beside."""

    event: Told
    message_id: UUID
    cause: Cause | None


class SetWise:
    """A reaction on many facts at once, given in their order, that writes them in a few statements.

    For read models. The facts are of the type, or the types, that are subscribed to with it. It gets one unit
    of work for all of them, which has no cause of its own; so it records no facts.
    """

    # Each writer takes its own kind of event; a mapping cannot say that the value fits its key.
    def __init__(self, write: Callable[[Work, Sequence[Heard[Any]]], Awaitable[None]]) -> None:
        """Take what writes the facts."""
        self._write = write

    async def __call__(self, work: Work, heard: Sequence[Heard[Any]]) -> None:
        """Write the facts; raise FactWithoutCause when that led to facts of our own."""
        before = len(work.facts)
        await self._write(work, heard)
        if len(work.facts) > before:
            message = f"{type(heard[0].event).__name__}: a set-wise reaction records no facts."
            raise FactWithoutCause(message)


Reaction = Callable[[Work, Any], Awaitable[None]] | SetWise
Subscriptions = Mapping[type[Event], Reaction]


async def react_to_one(reaction: Reaction, work: Work, event: Event) -> None:
    """Run either kind of reaction on one fact; the occasion of the unit of work names its message."""
    if not isinstance(reaction, SetWise):
        await reaction(work, event)
        return
    message_id = work.occasion.causation_id
    if message_id is None:
        message = "A fact is heard by the message that brought it; this unit of work has none."
        raise RuntimeError(message)
    await reaction(work, [Heard(event=event, message_id=message_id, cause=work.occasion.cause)])
