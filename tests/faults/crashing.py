"""Places in a process where the schedule can have it die, by kill -9 from its own hand.

A file asks for it: whoever finds the name of the place it is at takes the file away and dies. The product
knows nothing of this: bus, outbox and reactions are wrapped.
"""

import os
import random
import signal
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.contracts import Event
from shared.messaging import (
    Bus,
    Delivery,
    Heard,
    Message,
    Reaction,
    SetWise,
    Subscription,
    Subscriptions,
    react_to_one,
)
from shared.messaging.outbox import Outbox, Waiting
from shared.storage import Work

BEFORE_SEND = "before-send"
AFTER_SEND = "after-send"
BEFORE_DELETE = "before-delete"
IN_BATCH = "in-batch"
BEFORE_POSITION = "before-position"
# Somewhere behind the next place: no place at all.
SOON = "soon"
SOON_SECONDS = 0.05


@dataclass(frozen=True)
class CrashPoints:
    """The wish of the schedule, in a file that may be shared by some processes: the first one dies."""

    file: Path

    def ask(self, place: str) -> None:
        """Have the next process that passes a place die there."""
        scratch = self.file.with_suffix(".new")
        scratch.write_text(place)
        scratch.rename(self.file)

    def withdraw(self) -> None:
        """Ask no more."""
        self.file.unlink(missing_ok=True)

    def reached(self, place: str) -> None:
        """Die here, if that was asked for."""
        try:
            wish = self.file.read_text()
            if wish not in {place, SOON}:
                return
            self.file.unlink()
        except FileNotFoundError:
            return
        if wish == SOON:
            threading.Timer(random.uniform(0, SOON_SECONDS), _die).start()  # noqa: S311 - any moment serves
        else:
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class CrashingBus:
    """The bus of a process that may die before or after it sends, and before it commits its position."""

    inner: Bus
    points: CrashPoints

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        self.points.reached(BEFORE_SEND)
        await self.inner.publish(topic=topic, messages=messages)
        self.points.reached(AFTER_SEND)

    async def subscribe(self, *, group: str, topics: Collection[str]) -> Subscription:
        return CrashingSubscription(await self.inner.subscribe(group=group, topics=topics), self.points)

    async def close(self) -> None:
        await self.inner.close()


@dataclass
class CrashingSubscription:
    """A membership whose holder may die when its effects are committed and its position is not."""

    inner: Subscription
    points: CrashPoints

    async def poll(self, *, limit: int, timeout_seconds: float) -> list[Delivery]:
        return await self.inner.poll(limit=limit, timeout_seconds=timeout_seconds)

    async def commit(self, done: Sequence[Delivery]) -> None:
        self.points.reached(BEFORE_POSITION)
        await self.inner.commit(done)

    def held(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        return self.inner.held(deliveries)

    async def lags(self) -> Mapping[tuple[str, int], int]:
        return await self.inner.lags()

    async def close(self) -> None:
        await self.inner.close()


def crashing_outbox(base: type[Outbox], points: CrashPoints) -> type[Outbox]:
    """Return an outbox whose reader may die when the bus has acknowledged and nothing is deleted."""

    class CrashingOutbox(base):  # type: ignore[misc, valid-type] # the base is an argument
        async def delete(self, waiting: Sequence[Waiting]) -> None:
            if waiting:
                points.reached(BEFORE_DELETE)
            await super().delete(waiting)

    return CrashingOutbox


def crashing_reactions(subscriptions: Subscriptions, points: CrashPoints) -> Subscriptions:
    """Return reactions after each of which the process may die, its transaction open."""
    return {fact: _crashing(reaction, points) for fact, reaction in subscriptions.items()}


def _crashing(reaction: Reaction, points: CrashPoints) -> Reaction:
    async def react_to_set(work: Work, heard: Sequence[Heard[Event]]) -> None:
        if isinstance(reaction, SetWise):
            await reaction(work, heard)
        points.reached(IN_BATCH)

    async def react(work: Work, event: Event) -> None:
        await react_to_one(reaction, work, event)
        points.reached(IN_BATCH)

    return SetWise(react_to_set) if isinstance(reaction, SetWise) else react
