"""A server with every service's schema, facts for its read models, and who brings them there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from onebox.services import SERVICES
from shared.contracts import Event
from shared.contracts.estate_registry import EstateProfileUpdated, EstateRegistered
from shared.kernel import Actor, new_id
from shared.messaging import (
    Consumer,
    PostgresBus,
    Rebuild,
    Relay,
    event_of,
)
from shared.service import Service
from shared.storage import Database, Occasion
from shared.testing import SettableClock
from tests.contracts.corpus import Corpus

SOURCE = "estate_registry"
ROUNDS = 6
NEW = 5
PATIENCE_ROUNDS = 1500
MODELS = [service for service in SERVICES if service.read_model is not None]
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class About:
    id: UUID | str
    territory: str = "610703001001"


@dataclass(frozen=True)
class Platform:
    """One server with every service's schema, as the platform has it."""

    dsn: str
    databases: dict[str, Database]
    clock: SettableClock

    async def record(self, schema: str, events: Sequence[tuple[str, Event]]) -> None:
        occasion = Occasion(actor=Actor.system("test"), now=self.clock())
        async with self.databases[schema].begin(occasion) as work:
            for subject, event in events:
                work.publish(event, about=About(subject))

    def worker(self, schema: str, service: Service) -> tuple[Relay, Consumer]:
        source, reader = self.databases[schema], self.databases[service.package]
        relay = Relay(database=source, bus=PostgresBus(source), tenant="610703")
        consumer = Consumer(
            database=reader, bus=PostgresBus(reader), group=reader.schema, subscriptions=service.subscriptions
        )
        return relay, consumer

    def rebuild(self, service: Service, **choices: Any) -> Rebuild:  # noqa: ANN401 - passed on
        model = choices.pop("model", service.read_model)
        return Rebuild(
            dsn=self.dsn,
            schema=service.package,
            model=model,
            subscriptions=service.subscriptions,
            clock=self.clock,
            **choices,
        )

    async def administer(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    async def ask(self, question: str) -> Any:  # noqa: ANN401 - whatever is asked
        connection = await asyncpg.connect(self.dsn)
        answer = await connection.fetchval(question)
        await connection.close()
        return answer

    async def rows(self, service: Service) -> Rows:
        connection = await asyncpg.connect(self.dsn)
        assert service.read_model is not None
        found = {}
        for table in service.read_model.tables:
            rows = await connection.fetch(f'TABLE {service.package}."{table.name}"')
            found[table.name] = sorted((tuple(row) for row in rows), key=str)
        await connection.close()
        return found


async def record_what_is_heard(platform: Platform, service: Service) -> int:
    """Record a fact of each kind the read model follows from, as another service would."""
    assert service.read_model is not None
    facts = list(service.read_model.reactions)
    for fact in facts:
        recorded = Corpus().read(fact.name)
        source = fact.context().replace("-", "_")
        await platform.record(source, [(recorded.key, event_of(recorded.message()))])
    return len(facts)


async def consume_all(platform: Platform, service: Service, expected: int) -> None:
    """Let the relays of all services and the consumer work until so many events have come."""
    sources = {fact.context().replace("-", "_") for fact in service.subscriptions}
    pairs = [platform.worker(source, service) for source in sorted(sources)]
    metrics = pairs[0][1].metrics
    tasks = [asyncio.create_task(relay.run()) for relay, _ in pairs]
    tasks.append(asyncio.create_task(pairs[0][1].run()))
    for _ in range(PATIENCE_ROUNDS):
        if metrics.applied + metrics.repeated >= expected:
            break
        await asyncio.sleep(0.02)
    await stop(tasks)
    assert (metrics.applied + metrics.repeated, metrics.parked) == (expected, 0)


async def stop(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def registered(number: int) -> tuple[str, EstateRegistered]:
    recorded = event_of(Corpus().read(EstateRegistered.name).message())
    assert isinstance(recorded, EstateRegistered)
    estate = new_id()
    changes = {"estate_id": estate, "code": f"610703001001{number:06d}", "estate_name": f"小区{number}"}
    return str(estate), recorded.model_copy(update=changes)


def renamed(estate: str, version: int) -> tuple[str, EstateProfileUpdated]:
    recorded = event_of(Corpus().read(EstateProfileUpdated.name).message())
    assert isinstance(recorded, EstateProfileUpdated)
    changes = {"estate_id": UUID(estate), "estate_name": f"小区 v{version}", "version": version}
    return estate, recorded.model_copy(update=changes)


async def write_on(platform: Platform, subjects: Sequence[str]) -> int:
    """Rename every estate some times while the read model is built, and register others."""
    numbers = count(len(subjects))
    for version in range(1, ROUNDS + 1):
        for at in range(0, len(subjects), 50):
            renames = [renamed(subject, version) for subject in subjects[at : at + 50]]
            await platform.record(SOURCE, [*renames, *(registered(next(numbers)) for _ in range(NEW))])
            await asyncio.sleep(0.01)
    return next(numbers)
