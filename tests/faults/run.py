"""One run: start everything, let producers write and faults happen, drain, count."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from tests.faults.cast import Cast, Play, cast_of
from tests.faults.counting import Verdict, happened, judge
from tests.faults.injecting import Injector
from tests.faults.operating import Operator
from tests.faults.reading import Books, books, effects_in, journalled
from tests.faults.recovery import recovery_table
from tests.faults.stage import Say, Stage
from tests.faults.told import Outcome, Told, read_records
from tests.faults.world import CONSUMERS, World, standing_world

_ALL_FACTS: Final = CONSUMERS[0]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run came to."""

    events: int
    kills: int
    verdict: Verdict
    books: Books
    recovery: str
    notes: Sequence[str]

    @property
    def passed(self) -> bool:
        """Say whether nothing was lost, doubled, out of order, missing or invented, and the books balance."""
        return self.verdict.good and self.books.balance

    @property
    def line(self) -> str:
        """Return the one line that a run ends with."""
        verdict = self.verdict
        return (
            f"events {self.events} kills {self.kills} lost {verdict.lost} doubled {verdict.doubled} "
            f"out of order {verdict.out_of_order}"
        )


async def run(play: Play, *, say: Say) -> Report:
    """Play once, on servers of its own."""
    async with standing_world(seed=play.seed, brokers=play.brokers) as world, _started(play, world) as cast:
        injector = Injector(world, cast)
        stage = Stage(play=play, world=world, cast=cast, injector=injector, say=say)
        async with Operator(world) as operator:
            await stage.act()
            told = list(read_records(world.folder))
            committed = happened(told, await journalled(world.admin_dsn, told))
            await stage.drain(committed)
        return await _report(world, injector, _Answers(told, committed, operator.replayed))


@asynccontextmanager
async def _started(play: Play, world: World) -> AsyncIterator[Cast]:
    cast = cast_of(play, world)
    try:
        await cast.start()
        yield cast
    finally:
        await cast.end()


@dataclass(frozen=True)
class _Answers:
    """What producers were told, what of it was committed, how many parked facts were replayed."""

    told: Sequence[Told]
    committed: Sequence[Told]
    replayed: int

    def notes(self) -> list[str]:
        counts = {outcome: sum(1 for each in self.told if each.outcome is outcome) for outcome in Outcome}
        lost_answers = len(self.committed) - counts[Outcome.COMMITTED]
        return [
            f"producers were told of {counts[Outcome.COMMITTED]} facts that they are committed",
            f"of {counts[Outcome.REFUSED]} that they are refused",
            f"nothing of {counts[Outcome.UNKNOWN]}, of which {lost_answers} are in the journal",
            f"{self.replayed} facts had been parked and were replayed",
        ]


async def _report(world: World, injector: Injector, answers: _Answers) -> Report:
    committed = answers.committed
    payments = [each for each in committed if each.amount_fen]
    verdict = Verdict()
    recovery = ""
    for consumer in CONSUMERS:
        effects = await effects_in(world.admin_dsn, consumer)
        everything = consumer == _ALL_FACTS
        # The ledger hears payments alone; the subjects of supervision's effects are budgets.
        due = committed if everything else payments
        by_writer = consumer != "supervision"
        verdict.add(
            await asyncio.to_thread(
                judge,
                consumer,
                committed=due,
                effects=effects,
                whole=consumer != "subsidy_ledger",
                by_writer=by_writer,
            )
        )
        if everything:
            recovery = recovery_table(injector.done, committed, effects)
    return Report(
        events=len(committed),
        kills=len(injector.done),
        verdict=verdict,
        books=await books(world.admin_dsn, payments),
        recovery=recovery,
        notes=[*answers.notes(), *(f"ended unasked: {each}" for each in injector.unasked)],
    )
