"""The processes of a fault run: started, killed, started again."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sample_service import SAMPLE

from shared.clusters import Child, Program, free_ports
from subsidy_ledger.main import SERVICE as LEDGER
from supervision.main import SERVICE as SUPERVISION
from tests.faults.orders import Orders
from tests.faults.sabotage import Sabotage
from tests.faults.schedule import BROKERS, Kind
from tests.faults.world import World

ROOT: Final = Path(__file__).resolve().parents[2]
# Where this module and the sample service are found.
_PATHS: Final = os.pathsep.join([str(ROOT), str(ROOT / "shared" / "tests")])
WRITERS: Final = 8


@dataclass
class Player:
    """A process, by the orders it is started with each time."""

    orders: Orders
    child: Child | None = None

    async def start(self) -> None:
        """Start it; nothing when it lives."""
        if self.child is None or not self.child.running:
            self.child = await Child.launch(self._program())

    async def kill(self) -> None:
        """Kill it, by kill -9."""
        if self.child is not None:
            await self.child.end({})

    @property
    def lives(self) -> bool:
        """Say whether it runs."""
        return self.child is not None and self.child.running

    def last_words(self, count: int = 20) -> str:
        """Return the end of its log."""
        log = self.orders.folder / f"{self.orders.name}.log"
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])

    def _program(self) -> Program:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
        return Program(
            command=[sys.executable, "-m", "tests.faults.worker", self.orders.text()],
            folder=self.orders.folder,
            log=self.orders.folder / f"{self.orders.name}.log",
            environment={**environment, "PYTHONPATH": _PATHS},
        )


@dataclass(kw_only=True)
class Cast:
    """Everybody who plays, by name."""

    players: Mapping[str, Player]
    producers: Mapping[str, Player]

    async def start(self) -> None:
        """Start everybody, the producers last."""
        for player in (*self.players.values(), *self.producers.values()):
            await player.start()

    async def end(self) -> None:
        """End everybody."""
        everybody = (*self.players.values(), *self.producers.values())
        await asyncio.gather(*(player.kill() for player in everybody))

    def of_role(self, role: str) -> list[Player]:
        """Return those who play a role."""
        return [player for player in self.players.values() if player.orders.role == role]


@dataclass(frozen=True, kw_only=True)
class Play:
    """What a run is told: how many facts, by which seed, how fast, with which faults, with what taken away.

    `rate` is in facts a second, 0 for as fast as it goes; `poison` is one in so many renamings, 0 for none.
    """

    events: int
    seed: int
    rate: int = 500
    producers: int = 1
    poison: int = 150
    sabotage: Sabotage = Sabotage.NONE
    brokers: int = BROKERS
    kinds: tuple[Kind, ...] = tuple(Kind)
    hurry: float = 1.0
    # Whether subsidy-ledger, supervision and the HTTP process play, too.
    whole: bool = True
    # Without any sign of progress for so long, what is still missing is lost.
    patience_seconds: float = 60.0


def cast_of(play: Play, world: World) -> Cast:
    """Return everybody, none of them started."""
    port = free_ports()[0]
    players = {
        orders.name: Player(orders)
        for name, role, crash, service, door in (_ROLES if play.whole else _FEWEST_ROLES)
        for orders in [
            Orders(
                name=name,
                role=role,
                crash=crash,
                dsn=world.dsn(service, door=door),
                folder=world.folder,
                kafka=world.bootstrap,
                sabotage=play.sabotage,
                port=port,
            )
        ]
    }
    return Cast(players=players, producers=dict(_producers(play, world, port)))


# Name, role, the file of its crash points, whose database, by which door.
_FEWEST_ROLES: Final = (
    ("relay-1", "relay", "relay", SAMPLE, "relays"),
    ("relay-2", "relay", "relay", SAMPLE, "relays"),
    ("consumer-1", "consumer", "consumer", SAMPLE, "consumers"),
    ("consumer-2", "consumer", "consumer", SAMPLE, "consumers"),
)
_ROLES: Final = (
    *_FEWEST_ROLES,
    ("ledger", "ledger", "ledger", LEDGER, "workers"),
    ("supervision", "supervision", "supervision", SUPERVISION, "workers"),
    ("api", "api", "api", SAMPLE, "producers"),
)


def _producers(play: Play, world: World, port: int) -> Iterator[tuple[str, Player]]:
    for number in range(play.producers):
        name = f"producer-{number + 1}"
        orders = Orders(
            name=name,
            role="producer",
            crash=name,
            dsn=world.dsn(SAMPLE, door="producers"),
            folder=world.folder,
            kafka=world.bootstrap,
            seed=play.seed,
            number=number,
            writers=WRITERS,
            rate=play.rate // play.producers,
            poison=play.poison,
            whole=play.whole,
            port=port,
        )
        yield name, Player(orders)
