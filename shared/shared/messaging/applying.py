"""Applying messages: inbox rows, effects and the facts they lead to in one transaction."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from shared.contracts import UPCASTERS, Event, Upcasters
from shared.kernel import Actor, Clock, Pulse, system_clock
from shared.logging import get_logger
from shared.messaging.arrival import Arrival
from shared.messaging.backoff import Backoff
from shared.messaging.envelope import Message
from shared.messaging.events import Reading
from shared.messaging.failures import Failure, failure_of
from shared.messaging.grouping import Group, Ready, in_groups
from shared.messaging.inbox import FOLLOWS, FORGOTTEN, held_places, park, remembers, take_in
from shared.messaging.subscriptions import Heard, SetWise, Subscriptions
from shared.storage import Cause, Database, Occasion, Work

__all__ = ["Applied", "Applier", "ReactionFailed"]

MOST_TRIES: Final = 8
REACTION_SECONDS: Final = 30.0

_log = get_logger(__name__)


class ReactionFailed(Exception):  # noqa: N818 - named as the fact it states
    """A reaction raised; `__cause__` is what it raised."""

    def __init__(self, arrival: Arrival, cause: Exception) -> None:
        """Name the message and the exception."""
        super().__init__(f"{arrival.type} {arrival.event_id}: {type(cause).__name__}: {cause}")
        self.arrival = arrival
        self.cause = cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What became of some messages: their effect made, known already, or held behind a parked one."""

    applied: int = 0
    repeated: int = 0
    held: int = 0


@dataclass(kw_only=True)
class Applier:
    """One consumer's reactions on its database. `consumer` is its name in inbox and parking."""

    database: Database
    consumer: str
    subscriptions: Subscriptions
    clock: Clock = system_clock
    upcasters: Upcasters = field(default_factory=lambda: UPCASTERS)
    most_tries: int = MOST_TRIES
    retried: int = 0
    pulse: Pulse = field(default_factory=Pulse)
    types: frozenset[str] = field(init=False)
    _reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        """Find the types that are read as what is subscribed to."""
        catalogue = {fact.name: fact for fact in self.subscriptions}
        self._reading = Reading(catalogue=catalogue, upcasters=self.upcasters)
        self.types = frozenset(name for fact in self.subscriptions for name in self._reading.names_of(fact))

    def names_of(self, fact: type[Event]) -> frozenset[str]:
        """Return every type that is read as this fact."""
        return self._reading.names_of(fact)

    def event_of(self, message: Message) -> Event:
        """Return the fact that a message carries; raise UnknownFact or ValidationError."""
        return self._reading.event_of(message)

    def begin(self, *, reason: str | None = None) -> AbstractAsyncContextManager[Work]:
        """Open the transaction that messages are applied in."""
        actor = Actor.system(self.consumer)
        return self.database.begin(Occasion(actor=actor, now=self.clock(), reason=reason))

    async def apply(self, arrivals: Sequence[Arrival]) -> Applied:
        """Apply messages in one transaction, all or none; raise ReactionFailed or what the database says."""
        self.pulse.beat()
        async with self.begin() as base:
            fresh = await take_in(
                base.connection,
                consumer=self.consumer,
                arrivals=arrivals,
                now=base.now,
            )
            ready, behind, lost = await self._sort_out(base, arrivals, fresh)
            await self.react(base, ready)
            await self._park(base, lost, FORGOTTEN)
            await self._park(base, behind, FOLLOWS)
        held = len(behind) + len(lost)
        return Applied(applied=len(ready), held=held, repeated=len(arrivals) - len(ready) - held)

    async def apply_patiently(self, arrivals: Sequence[Arrival]) -> Applied:
        """Apply messages, trying again what passes; raise what does not."""
        backoff = Backoff()
        while True:
            try:
                return await self.apply(arrivals)
            except Exception as error:
                if not self._passes(error, backoff.tries):
                    raise
                _log.info("applying again", error=f"{type(error).__name__}: {error}", tries=backoff.tries)
            self.retried += 1
            await backoff.pause()

    async def apply_or_park(self, arrival: Arrival) -> Applied | None:
        """Apply one message by itself; park it and return None when it fails for good."""
        try:
            return await self.apply_patiently([arrival])
        except Exception as error:  # noqa: BLE001 - parked with its error, for a person to decide
            text = str(error) if isinstance(error, ReactionFailed) else f"{type(error).__name__}: {error}"
        await self._park_poison(arrival, text)
        return None

    async def react(self, base: Work, arrivals: Sequence[Arrival]) -> None:
        """Run the reactions to messages in the open transaction; raise ReactionFailed.

        The facts they lead to become facts of `base`, each with its own cause: they are recorded at the end
        of the transaction in one statement, so that the locks on their subjects are held for a short time.
        """
        for group in in_groups([self._ready(each) for each in arrivals]):
            self.pulse.beat()
            try:
                async with asyncio.timeout(REACTION_SECONDS):
                    await self._call(base, group)
            except Exception as error:
                raise ReactionFailed(group.members[0].arrival, error) from error

    async def _call(self, base: Work, group: Group) -> None:
        if isinstance(group.reaction, SetWise):
            await group.reaction(base, [each.heard for each in group.members])
            return
        for each in group.members:
            work = self._work_for(base, each)
            await group.reaction(work, each.heard.event)
            base.facts += work.facts

    def _ready(self, arrival: Arrival) -> Ready:
        """Read a message; raise ReactionFailed when it cannot be read."""
        try:
            message = arrival.readable()
            event = arrival.event or self.event_of(message)
            heard = Heard(event=event, message_id=message.id, cause=_cause_of(message))
            return Ready(arrival, heard, self.subscriptions[type(event)])
        except Exception as error:
            raise ReactionFailed(arrival, error) from error

    async def _sort_out(
        self, base: Work, arrivals: Sequence[Arrival], fresh: set[UUID]
    ) -> tuple[list[Arrival], list[Arrival], list[Arrival]]:
        """Divide what is new: it can be applied, waits behind a parked event, or may have been applied once.

        Each id comes once.
        """
        new = list({each.event_id: each for each in arrivals if each.event_id in fresh}.values())
        known = await remembers(base.connection, arrivals=new, now=base.now)
        lost = [each for each in new if each.event_id not in known]
        held = {each.place for each in lost} | await held_places(
            base.connection, consumer=self.consumer, subjects=[each.subject for each in new]
        )
        ready = [each for each in new if each.place not in held]
        return ready, [each for each in new if each.place in held and each.event_id in known], lost

    async def _park(self, base: Work, arrivals: Sequence[Arrival], error: str, *, attempts: int = 0) -> None:
        await park(
            base.connection,
            consumer=self.consumer,
            arrivals=arrivals,
            error=error,
            attempts=attempts,
            now=base.now,
        )

    def _work_for(self, base: Work, ready: Ready) -> Work:
        occasion = replace(
            base.occasion,
            traceparent=ready.arrival.readable().traceparent,
            causation_id=ready.heard.message_id,
            cause=ready.heard.cause,
        )
        return Work(lent=base.connection, occasion=occasion, memory=base.memory)

    def _passes(self, error: Exception, tries: int) -> bool:
        """Say whether trying again can help. Only a reaction's own failure is ever held against its event."""
        blamed = isinstance(error, ReactionFailed)
        kind = failure_of(error.cause if isinstance(error, ReactionFailed) else error)
        if kind is Failure.CONTENDED and blamed:
            return tries < self.most_tries
        return kind is not Failure.PERMANENT

    async def _park_poison(self, arrival: Arrival, text: str) -> None:
        _log.error("event parked", event_id=str(arrival.event_id), type=arrival.type, error=text)
        async with self.begin() as base:
            fresh = await take_in(base.connection, consumer=self.consumer, arrivals=[arrival], now=base.now)
            await self._park(base, [arrival] if fresh else [], text, attempts=1)


def _cause_of(message: Message) -> Cause:
    return Cause(
        source=message.source,
        subject=message.subject,
        subject_version=message.subject_version,
        territory=message.territory,
        recorded_at=message.time,
    )
