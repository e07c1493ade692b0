"""The person who looks at what is parked, and has it replayed."""

import asyncio
from types import TracebackType
from typing import Final, Self

from sample_service import SAMPLE, ThingNamed

from shared.kernel import Actor, system_clock
from shared.messaging import Applier, Subscriptions, replay_parked
from shared.storage import DATABASE_AWAY, Occasion
from tests.faults.facts import PaymentAsked, keep_any_name
from tests.faults.world import World

LOOK_SECONDS: Final = 2.0
_OPERATOR: Final = Actor(person="operator", role="R21S")
_WAITING: Final = "SELECT DISTINCT topic, subject FROM parked WHERE state = 'waiting' ORDER BY topic, subject"


class Operator:
    """Replays through the platform's own code; in this process nothing is sabotaged, and poison is eaten."""

    def __init__(self, world: World) -> None:
        self.replayed = 0
        self._database = world.straight(SAMPLE)
        heard: Subscriptions = {ThingNamed: keep_any_name, PaymentAsked: keep_any_name}
        self._applier = Applier(database=self._database, consumer=SAMPLE.package, subscriptions=heard)
        self._looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look, again and again."""
        await self._database.open()
        self._looking = asyncio.create_task(self._look_again())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._database.close()

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self._look()
            except DATABASE_AWAY:
                continue

    async def _look(self) -> None:
        for topic, subject in await self._database.pool.fetch(_WAITING):
            async with self._database.begin(Occasion(actor=_OPERATOR, now=system_clock())) as work:
                result = await replay_parked(
                    work, applier=self._applier, topic=topic, subject=subject, why="looked at it"
                )
            self.replayed += result.applied
