"""Transfers that are asked for at the same time are posted together: one commit, one lock, many answers.

Whoever comes first leads: it posts, on its own connection, all that wait, and hands the lead on. So an
account that everybody wants takes as many postings as a commit can hold, and not one a commit. Each is
answered by itself; where a rule of the database refuses them together in every way, they go one by one.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from shared.kernel import local_date
from shared.logging import get_logger
from shared.storage import OutcomeUnknown, RuleBroken, Work
from subsidy_ledger.funds.domain import Transfer

__all__ = ["MOST_TOGETHER", "Posted", "gathered"]

MOST_TOGETHER: Final = 200
_QUEUE: Final = "funds.waiting"
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a transfer was posted."""

    id: UUID
    ledger: str
    number: int


Answer = Posted | Exception
PostAlone = Callable[[], Awaitable[Posted]]
PostTogether = Callable[[Work, Sequence["Asked"]], Awaitable[Sequence[Answer]]]


@dataclass(slots=True)
class Asked:
    """A transfer that waits. Its turn ends with an answer, or with None: then it leads the next group."""

    work: Work
    transfer: Transfer
    turn: "asyncio.Future[Answer | None]"

    @property
    def leads(self) -> bool:
        """Say whether the turn has come, and is to lead."""
        told = self.turn.done() and not self.turn.cancelled() and self.turn.exception() is None
        return told and self.turn.result() is None

    @property
    def month(self) -> date:
        """Return the month it is posted into."""
        return local_date(self.work.now).replace(day=1)


@dataclass(slots=True)
class _Queue:
    waiting: "deque[Asked]" = field(default_factory=deque)
    led: bool = False

    def group(self, leader: Asked) -> list[Asked]:
        """Take the leader and who waits for the same month, the earliest first."""
        taken, others = [leader], deque[Asked]()
        while self.waiting and len(taken) < MOST_TOGETHER:
            each = self.waiting.popleft()
            if each.turn.done():
                continue
            (taken if each.month == leader.month else others).append(each)
        self.waiting.extendleft(reversed(others))
        return taken

    def hand_on(self) -> None:
        """Let the next lead, if anybody waits; who was cancelled meanwhile is passed over."""
        self.led = False
        while self.waiting:
            following = self.waiting.popleft()
            if not following.turn.done():
                self.led = True
                following.turn.set_result(None)
                return


async def gathered(work: Work, transfer: Transfer, *, alone: PostAlone, together: PostTogether) -> Posted:
    """Post a transfer together with those asked for meanwhile; raise its own refusal.

    `work` has no connection yet, so that who waits holds none. `alone` posts this one by itself; `together`
    answers for each of a group.
    """
    queue = work.memory.setdefault(_QUEUE, _Queue())
    assert isinstance(queue, _Queue)  # noqa: S101 - nobody else writes under this name; narrows the type
    asked = Asked(work, transfer, asyncio.get_running_loop().create_future())
    if queue.led:
        queue.waiting.append(asked)
        answer = await _turn_of(asked, queue)
        if answer is not None:
            return _given(answer)
    queue.led = True
    try:
        return await _lead(queue, asked, alone=alone, together=together)
    finally:
        queue.hand_on()


async def _turn_of(asked: Asked, queue: _Queue) -> Answer | None:
    """Wait for one's turn; who is cut off just as the lead has come hands it on, or all others would wait."""
    try:
        return await asked.turn
    except asyncio.CancelledError:
        if asked.leads:
            queue.hand_on()
        raise


async def _lead(queue: _Queue, leader: Asked, *, alone: PostAlone, together: PostTogether) -> Posted:
    group = queue.group(leader)
    if len(group) == 1:
        return await alone()
    try:
        answers = await together(leader.work, group)
    except RuleBroken:
        # Nothing of it was posted: each tries by itself.
        _log.info("posted one by one", together=len(group))
        queue.waiting.extendleft(reversed(group[1:]))
        return await alone()
    except BaseException as fault:
        if leader.work.lent is None:
            # It never had a connection, so nothing was sent: the others are led by the next.
            queue.waiting.extendleft(reversed(group[1:]))
        else:
            # Perhaps it was posted, perhaps not: nobody may try again of their own accord.
            _fail(group[1:], fault)
        raise
    for each, answer in zip(group[1:], answers[1:], strict=True):
        if not each.turn.done():
            each.turn.set_result(answer)
    return _given(answers[0])


def _given(answer: Answer) -> Posted:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _fail(others: Sequence[Asked], fault: BaseException) -> None:
    told = fault if isinstance(fault, Exception) else OutcomeUnknown()
    for each in others:
        if not each.turn.done():
            each.turn.set_exception(told)
