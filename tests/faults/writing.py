"""A producer: writers that act through the unit of work and the HTTP API, and remember every answer."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import httpx
from sample_service import NameForbidden, Thing, ThingNamed, rename_thing

from shared.identity import Role
from shared.kernel import Actor, new_id, system_clock
from shared.storage import Database, Occasion, Work
from shared.testing import as_role
from tests.faults.facts import POISON, PaymentAsked
from tests.faults.orders import Orders
from tests.faults.told import Outcome, Record, Told

TERRITORY: Final = "610703001"
THINGS: Final = 60
STOP: Final = "stop"
PAUSE: Final = "pause"
MOST_FACTS: Final = 30
MOST_SUBJECTS: Final = 3
MOST_FEN: Final = 1_000_000
LATE_SECONDS: Final = (0.02, 0.4)
# What was missed while everything was away is not made up for by a flood.
MOST_BEHIND_SECONDS: Final = 1.0
AFTER_REFUSAL_SECONDS: Final = 0.05
REQUEST_SECONDS: Final = 5.0
MOST_REQUESTS: Final = 8

# A writer's acts, and how often each comes.
_FEWEST_ACTS: Final = {"say": 50, "rename": 20, "refused": 5, "late": 5}
_ACTS: Final = {**_FEWEST_ACTS, "pay": 12, "api": 8}

Body = Callable[[Work], Awaitable[None]]


async def write_until_stopped(orders: Orders, database: Database) -> None:
    """Let the writers of this process write until a file says stop."""
    things = things_of(orders.seed)
    first = orders.number * orders.writers + 1
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{orders.port}", timeout=REQUEST_SECONDS
    ) as client:
        with Record(orders.folder / f"told-{orders.number + 1}.tsv") as record:
            writers = [
                Writer(
                    orders=orders, number=number, database=database, api=client, record=record, things=things
                )
                for number in range(first, first + orders.writers)
            ]
            await asyncio.gather(*(writer.run() for writer in writers))


def things_of(seed: int) -> list[Thing]:
    """Return the things of a run: what all facts are about."""
    dice = random.Random(f"things {seed}")  # noqa: S311 - to be told again, not to be secret
    ids = [UUID(int=dice.getrandbits(128), version=4) for _ in range(THINGS)]
    return [Thing(id=id_, name="", territory=TERRITORY) for id_ in ids]


@dataclass(kw_only=True)
class Writer:
    """One who writes, an act after the other, so that the order of its facts is known to it."""

    orders: Orders
    number: int
    database: Database
    api: httpx.AsyncClient
    record: Record
    things: Sequence[Thing]
    said: int = 0
    dice: random.Random = field(init=False)
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(f"writer {self.number} {self.orders.seed}")  # noqa: S311

    async def run(self) -> None:
        """Write until stopped, no faster than told."""
        due = time.monotonic()
        while not (self.orders.folder / STOP).exists():
            if (self.orders.folder / PAUSE).exists():
                await asyncio.sleep(AFTER_REFUSAL_SECONDS)
                continue
            outcome = await self._act()
            facts = len(self.told)
            await asyncio.to_thread(self._remember, outcome)
            if outcome is not Outcome.COMMITTED:
                await asyncio.sleep(AFTER_REFUSAL_SECONDS)
            if self.orders.rate:
                due = max(due, time.monotonic() - MOST_BEHIND_SECONDS)
                due += facts * self.orders.writers / self.orders.rate
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    def _remember(self, outcome: Outcome) -> None:
        told, self.told = self.told, []
        self.record.write([each.with_outcome(outcome) for each in told])

    async def _act(self) -> Outcome:
        acts = _ACTS if self.orders.whole else _FEWEST_ACTS
        act = self.dice.choices(list(acts), weights=list(acts.values()))[0]
        if act == "api":
            return await self._ask_api()
        bodies: dict[str, Body] = {
            "say": self._say,
            "rename": self._rename,
            "pay": self._pay,
            "refused": self._be_refused,
            "late": self._say_late,
        }
        return await self._commit(bodies[act])

    async def _commit(self, body: Body) -> Outcome:
        """Run a unit of work; what fails before its end did not happen, what fails at its end may have."""
        ended = False
        try:
            async with self.database.begin(self._occasion()) as work:
                await body(work)
                ended = True
        except Exception:  # noqa: BLE001 - whatever it was, it is an answer
            return Outcome.UNKNOWN if ended else Outcome.REFUSED
        return Outcome.COMMITTED

    async def _say(self, work: Work) -> None:
        things = self.dice.sample(self.things, self.dice.randint(1, MOST_SUBJECTS))
        for _ in range(self.dice.randint(1, MOST_FACTS)):
            thing = self.dice.choice(things)
            work.publish(ThingNamed(thing_id=thing.id, called=self._called(thing)), about=thing)

    async def _say_late(self, work: Work) -> None:
        """Write facts, then keep the transaction open: others commit higher numbers meanwhile."""
        await self._rename(work)
        await asyncio.sleep(self.dice.uniform(*LATE_SECONDS))
        await self._say(work)

    async def _rename(self, work: Work) -> None:
        thing = self.dice.choice(self.things)
        poisonous = bool(self.orders.poison) and not self.dice.randrange(self.orders.poison)
        called = self._called(thing, prefix=POISON if poisonous else "")
        await rename_thing(work, thing_id=thing.id, name=called)

    async def _pay(self, work: Work) -> None:
        thing = self.dice.choice(self.things)
        amount_fen = self.dice.randint(1, MOST_FEN)
        called = self._called(thing, amount_fen=amount_fen)
        work.publish(PaymentAsked(thing_id=thing.id, called=called, amount_fen=amount_fen), about=thing)

    async def _be_refused(self, work: Work) -> None:
        """Say something, and be refused: nothing of it may be heard."""
        await self._say(work)
        raise NameForbidden(called="forbidden")

    async def _ask_api(self) -> Outcome:
        """Ask by HTTP with one key until the answer is certain."""
        thing = self.dice.choice(self.things)
        body = {"name": self._called(thing), "territory": TERRITORY}
        headers = as_role(Role.AUTHORITY_OFFICER) | {"idempotency-key": str(new_id())}
        for _ in range(MOST_REQUESTS):
            outcome = await self._ask_once(f"/api/sample/things/{thing.id}/name", body, headers)
            if outcome is not Outcome.UNKNOWN:
                return outcome
            await asyncio.sleep(self.dice.uniform(*LATE_SECONDS))
        return Outcome.UNKNOWN

    async def _ask_once(self, path: str, body: dict[str, str], headers: dict[str, str]) -> Outcome:
        try:
            answer = await self.api.put(path, json=body, headers=headers)
        except httpx.HTTPError:
            return Outcome.UNKNOWN
        if answer.is_success:
            return Outcome.COMMITTED
        return Outcome.UNKNOWN

    def _called(self, thing: Thing, *, prefix: str = "", amount_fen: int = 0) -> str:
        """Name the next fact, and note that it is asked for."""
        self.said += 1
        called = f"{prefix}{self.number}.{self.said}"
        self.told.append(
            Told(
                writer=self.number,
                number=self.said,
                called=called,
                subject=str(thing.id),
                amount_fen=amount_fen,
                asked_at=time.time(),
                outcome=Outcome.UNKNOWN,
            )
        )
        return called

    def _occasion(self) -> Occasion:
        return Occasion(actor=Actor.system(f"writer-{self.number}"), now=system_clock())
