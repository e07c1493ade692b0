"""Carrying out the steps of a schedule, and noting when each fault was."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.faults.cast import Cast, Player
from tests.faults.crashing import AFTER_SEND, BEFORE_DELETE, BEFORE_POSITION, BEFORE_SEND, IN_BATCH, SOON
from tests.faults.proxy import Door
from tests.faults.schedule import Kind, Step
from tests.faults.world import World

# A process that has not passed the place by then is killed where it is.
_REACH_SECONDS: Final = 4.0
_LOOK_SECONDS: Final = 0.01
# How long what was killed stays away, where starting again is not slow enough by itself.
_AWAY_SECONDS: Final = 0.5
_DELAY_SECONDS: Final = 0.15

# Whose process dies, and where.
_PLACES: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.RELAY_BEFORE_SEND: ("relay", BEFORE_SEND),
    Kind.RELAY_AFTER_SEND: ("relay", AFTER_SEND),
    Kind.RELAY_BEFORE_DELETE: ("relay", BEFORE_DELETE),
    Kind.RELAY_ANYWHERE: ("relay", SOON),
    Kind.CONSUMER_IN_BATCH: ("consumer", IN_BATCH),
    Kind.CONSUMER_BEFORE_POSITION: ("consumer", BEFORE_POSITION),
    Kind.LEDGER_IN_BATCH: ("ledger", IN_BATCH),
    Kind.LEDGER_BEFORE_DELETE: ("ledger", BEFORE_DELETE),
    Kind.SUPERVISION_IN_BATCH: ("supervision", IN_BATCH),
}


@dataclass(frozen=True, kw_only=True)
class Done:
    """A fault that was done, at a moment of the clock that the database shares."""

    kind: Kind
    at: float


@dataclass
class Injector:
    """Does faults to the world and the cast; what it broke, it sets up again."""

    world: World
    cast: Cast
    done: list[Done] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    _mending: set[asyncio.Task[None]] = field(default_factory=set)
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict)

    def inject(self, step: Step) -> None:
        """Begin one fault; its end is awaited by `settle`."""
        task = asyncio.create_task(self._inject(step))
        self._mending.add(task)
        task.add_done_callback(self._forget)

    async def settle(self) -> None:
        """Wait until everything that was broken stands again; raise what could not be set up."""
        while self._mending:
            await asyncio.gather(*self._mending)

    async def raise_the_dead(self) -> None:
        """Start again who ended although nobody asked it to, as a supervisor would, and note it."""
        for player in self.cast.players.values():
            if not player.lives and not self._turn(player.orders.role).locked():
                self.unasked.append(f"{player.orders.name}\n{player.last_words()}")
                await player.start()

    async def _inject(self, step: Step) -> None:
        """Do one fault, and repair it; one at a time where it strikes."""
        if step.kind in _PLACES:
            role, place = _PLACES[step.kind]
            async with self._turn(role):
                await self._crash(step.kind, role, place)
        elif step.kind is Kind.API_ANYWHERE:
            async with self._turn("api"):
                await self._kill_api()
        elif step.kind is Kind.POSTGRES:
            async with self._turn("postgres"):
                await self._kill_postgres()
        elif step.kind in {Kind.BROKER, Kind.ALL_BROKERS}:
            async with self._turn("kafka"):
                await self._kill_brokers(step)
        else:
            door = self._door_of(step)
            async with self._turn(door.name):
                self._note(step.kind)
                await _hinder(door, step)

    async def _crash(self, kind: Kind, role: str, place: str) -> None:
        """Have the next process that passes the place die there; start it again."""
        players = self.cast.of_role(role)
        points = players[0].orders.points
        points.ask(place)
        died = await _first_to_die(players)
        points.withdraw()
        if died is None:
            died = players[0]
            await died.kill()
        self._note(kind)
        await died.start()

    async def _kill_api(self) -> None:
        for player in self.cast.of_role("api"):
            await player.kill()
            self._note(Kind.API_ANYWHERE)
            await player.start()

    async def _kill_postgres(self) -> None:
        """Kill the postmaster; the start clears what is left of it and repairs the data."""
        await self.world.postgres.kill()
        self._note(Kind.POSTGRES)
        await self.world.postgres.start()

    async def _kill_brokers(self, step: Step) -> None:
        kafka = self.world.kafka
        lost = list(kafka.pids) if step.kind is Kind.ALL_BROKERS else [step.broker]
        await asyncio.gather(*(kafka.kill_broker(number) for number in lost))
        self._note(step.kind)
        await asyncio.sleep(_AWAY_SECONDS)
        await asyncio.gather(*(kafka.start_broker(number) for number in lost))

    def _door_of(self, step: Step) -> Door:
        if step.kind.startswith("kafka"):
            doors = self.world.kafka_doors
            return doors.get(step.broker, doors[1])
        return self.world.postgres_doors[step.door]

    def _note(self, kind: Kind) -> None:
        self.done.append(Done(kind=kind, at=time.time()))

    def _turn(self, target: str) -> asyncio.Lock:
        return self._turns.setdefault(target, asyncio.Lock())

    def _forget(self, task: asyncio.Task[None]) -> None:
        """Let go of what has ended well; what has not is raised by `settle`."""
        if task.cancelled() or task.exception() is None:
            self._mending.discard(task)


async def _first_to_die(players: list[Player]) -> Player | None:
    """Return the first that has ended, None when all live on."""
    latest = time.monotonic() + _REACH_SECONDS
    while time.monotonic() < latest:
        for player in players:
            if not player.lives:
                return player
        await asyncio.sleep(_LOOK_SECONDS)
    return None


async def _hinder(door: Door, step: Step) -> None:
    """Do a fault of the network, for as long as it lasts."""
    how = step.kind.partition(" ")[2]
    if how == "reset":
        door.reset()
    elif how == "half open":
        left = door.leave_half_open()
        await asyncio.sleep(step.lasts_seconds)
        # As a machine answers that was started again and knows nothing of them.
        for side in left:
            side.reset()
    else:
        door.hinder(silent=how == "silent", delay_seconds=_DELAY_SECONDS if how == "delayed" else 0.0)
        await asyncio.sleep(step.lasts_seconds)
        door.hinder()
