"""Who leads when transfers are posted together: one at a time, and never nobody."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from shared.storage import OutcomeUnknown, Work
from shared.testing.clock import NOON
from subsidy_ledger.funds.domain import Transfer
from subsidy_ledger.funds.storage import gathering
from subsidy_ledger.funds.storage.gathering import Asked, Posted, gathered

PATIENCE_SECONDS = 30
TRANSFER = Transfer(from_account=UUID(int=1), to_account=UUID(int=2), amount_fen=1, memo="m")
POSTED = Posted(UUID(int=7), "B1", 1)


@dataclass
class Counter:
    """Where transfers are asked for; who posts alone waits until it may go on, who leads for the answer."""

    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    alone: int = 0
    together: list[int] = field(default_factory=list)
    work: Work = field(
        default_factory=lambda: cast("Work", SimpleNamespace(memory={}, now=NOON, lent=object()))
    )

    def ask(self) -> "asyncio.Task[Posted]":
        return asyncio.create_task(gathered(self.work, TRANSFER, alone=self._alone, together=self._together))

    async def _alone(self) -> Posted:
        self.alone += 1
        await self.go_on.wait()
        return POSTED

    async def _together(self, _work: Work, asked: Sequence[Asked]) -> Sequence[Posted]:
        self.together.append(len(asked))
        await self.answered.wait()
        return [POSTED] * len(asked)


@pytest.fixture
def counter() -> Counter:
    made = Counter()
    made.answered.set()
    return made


async def asked(counter: Counter, count: int) -> list["asyncio.Task[Posted]"]:
    tasks = [counter.ask() for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def all_of(tasks: Sequence["asyncio.Task[Posted]"]) -> list[Posted]:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await asyncio.gather(*tasks)


async def whose_leader_is_cut_off(counter: Counter) -> Sequence["asyncio.Task[Posted]"]:
    """Return the two of a group whose leader is cut off while it waits for the answer."""
    counter.answered.clear()
    first, leader, *others = await asked(counter, 4)
    counter.go_on.set()
    await first
    while not counter.together:  # noqa: ASYNC110 - the leader tells nobody
        await asyncio.sleep(0)
    leader.cancel()
    return others


async def test_one_leads_and_those_who_came_meanwhile_are_posted_together(counter: Counter) -> None:
    tasks = await asked(counter, 6)
    counter.go_on.set()

    assert await all_of(tasks) == [POSTED] * 6
    assert (counter.alone, counter.together) == (1, [5])


async def test_the_lead_comes_back_when_all_are_done(counter: Counter) -> None:
    counter.go_on.set()
    for _ in range(3):
        await all_of(await asked(counter, 1))

    assert counter.alone == 3


async def test_who_is_cut_off_while_waiting_is_passed_over(counter: Counter) -> None:
    first, unlucky, last = await asked(counter, 3)
    unlucky.cancel()
    counter.go_on.set()

    assert await all_of([first, last]) == [POSTED, POSTED]


async def test_who_is_cut_off_just_as_the_lead_comes_hands_it_on(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, unlucky, last = await asked(counter, 3)
    hand_on: Callable[[gathering._Queue], None] = gathering._Queue.hand_on

    def and_cut_off(queue: gathering._Queue) -> None:
        hand_on(queue)
        unlucky.cancel()

    monkeypatch.setattr(gathering._Queue, "hand_on", and_cut_off)
    counter.go_on.set()

    assert await all_of([first, last]) == [POSTED, POSTED]
    assert unlucky.cancelled()


async def test_those_whose_leader_is_cut_off_are_told_that_nobody_knows(counter: Counter) -> None:
    others = await whose_leader_is_cut_off(counter)

    async with asyncio.timeout(PATIENCE_SECONDS):
        outcomes = await asyncio.gather(*others, return_exceptions=True)

    assert [type(each) for each in outcomes] == [OutcomeUnknown] * 2


async def test_a_leader_who_is_cut_off_before_it_had_a_connection_leaves_the_others_to_the_next(
    counter: Counter,
) -> None:
    counter.work.lent = None
    others = await whose_leader_is_cut_off(counter)
    counter.answered.set()

    assert await all_of(others) == [POSTED] * 2
    assert counter.together == [3, 2]
