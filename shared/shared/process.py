"""A service as a process of its own, made from the environment: one for HTTP, one for messages.

The one box makes the same applications and workers by hand, on a cluster of its own.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import FastAPI, Request

from shared.chain import ChainSettings, Sealer
from shared.identity import TokenVerifier, bearer_token, jwks_cache
from shared.kernel import Actor, Clock, sweep_seldom, system_clock
from shared.logging import configure_logging, get_logger
from shared.messaging import (
    Announcer,
    Bus,
    Consumer,
    KafkaBus,
    KafkaSettings,
    PostgresBus,
    Relay,
    prune_inbox,
    prune_log,
)
from shared.observing import Reporter, WorkHealth, WorkSource, exposing, requests_source
from shared.privacy import reseal
from shared.service import Service
from shared.settings import (
    BusKind,
    BusSettings,
    DatabaseSettings,
    IdentitySettings,
    MetricsSettings,
    PlatformSettings,
    SecretSettings,
    load,
)
from shared.storage import DATABASE_AWAY, Database, tidy
from shared.tasks import TaskRunner
from shared.web import Authenticate

__all__ = ["Worker", "app_from_environment", "bearer_of", "bus_of", "verifier_of", "work_until_stopped"]

UPKEEP_SECONDS: Final = 3600.0
ANNOUNCE_AGAIN_SECONDS: Final = 1.0

_log = get_logger(__name__)


def verifier_of(settings: IdentitySettings) -> TokenVerifier:
    """Return what verifies the tokens of an issuer."""
    return TokenVerifier(settings=settings, keys=jwks_cache(settings))


def bearer_of(verifier: TokenVerifier) -> Authenticate:
    """Return how a service knows the holder of a token."""

    async def authenticate(_database: Database, request: Request, _now: datetime) -> Actor:
        return await verifier.verify(bearer_token(request.headers["authorization"].strip()))

    return authenticate


def bus_of(settings: BusSettings, database: Database) -> Bus:
    """Return the bus the settings name; the PostgreSQL one lives in the service's own cluster."""
    if settings.bus is BusKind.KAFKA:
        return KafkaBus(KafkaSettings(servers=",".join(settings.kafka_servers), client_id=database.schema))
    return PostgresBus(database)


def app_from_environment(service: Service) -> FastAPI:
    """Return the HTTP application of a service's own process; it opens its database as it starts."""
    configure_logging(load(PlatformSettings), service=service.name)
    database = _database(service)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await database.open()
        sweep_seldom()
        announcing = asyncio.create_task(_announce(database))
        requests = requests_source(service.name, app.state.requests, database=database)
        async with exposing(load(MetricsSettings), sources=[requests]):
            yield
        announcing.cancel()
        await database.close()

    return service.app(
        database=database,
        bearer=bearer_of(verifier_of(load(IdentitySettings))),
        cursor_key=load(SecretSettings).cursor_key.get_secret_value().encode(),
        lifespan=lifespan,
    )


async def _announce(database: Database) -> None:
    """Tell the relay's process of every commit; while that cannot be done, the relay finds it by looking."""
    while True:
        try:
            await Announcer(database).run()
        except DATABASE_AWAY as fault:
            _log.warning("commits are not announced", error=type(fault).__name__)
        await asyncio.sleep(ANNOUNCE_AGAIN_SECONDS)


def _database(service: Service) -> Database:
    settings = load(DatabaseSettings)
    if settings.url is None:
        message = "GONGZHI_DATABASE_URL 未填写 / GONGZHI_DATABASE_URL is not set"
        raise RuntimeError(message)
    return Database(
        dsn=settings.url.get_secret_value(),
        schema=service.package,
        pool_min=settings.pool_min,
        pool_max=settings.pool_max,
        statement_timeout_ms=settings.statement_timeout_ms,
    )


@dataclass(kw_only=True)
class Worker:
    """A service's message side: relay, consumer, due tasks, sealers, upkeep, reports.

    `tenant` is the district's code.
    """

    service: Service
    database: Database
    bus: Bus
    tenant: str
    clock: Clock = system_clock
    relay: Relay = field(init=False)
    consumer: Consumer = field(init=False)
    tasks: TaskRunner = field(init=False)
    sealers: Sequence[Sealer] = field(init=False)

    def __post_init__(self) -> None:
        """Make the parts."""
        self.relay = Relay(database=self.database, bus=self.bus, tenant=self.tenant, clock=self.clock)
        self.consumer = Consumer(
            database=self.database,
            bus=self.bus,
            group=self.database.schema,
            subscriptions=self.service.subscriptions,
            clock=self.clock,
        )
        self.tasks = TaskRunner(
            service=self.service.name,
            database=self.database,
            handlers=self.service.tasks,
            clock=self.clock,
        )
        digest = load(ChainSettings).chain_digest
        self.sealers = [
            Sealer(database=self.database, chain=chain, digest=digest, clock=self.clock)
            for chain in self.service.all_chains
        ]

    @property
    def figures(self) -> WorkSource:
        """Return what the message side tells Prometheus."""
        return WorkSource(
            service=self.service.name,
            database=self.database,
            relay=self.relay,
            consumer=self.consumer,
            sealers=self.sealers,
        )

    @property
    def reporter(self) -> Reporter:
        """Return what writes these figures down, for the operator's page."""
        return Reporter(database=self.database, source=self.figures, clock=self.clock)

    @property
    def health(self) -> WorkHealth:
        """Return what an orchestrator may ask of the message side; one that hears nothing has no consumer."""
        pulses = {"relay": self.relay.pulse, "consumer": self.consumer.pulse, "tasks": self.tasks.pulse}
        if not self.consumer.topics:
            del pulses["consumer"]
        return WorkHealth(service=self.service.name, database=self.database, pulses=pulses)

    async def run(self) -> None:
        """Work until cancelled. Cancelling at any point loses nothing."""
        try:
            async with asyncio.TaskGroup() as group:
                for part in (self.relay.run(), self.consumer.run(), self.tasks.run(), self._keep_up()):
                    group.create_task(part)
                group.create_task(self.reporter.run())
                for sealer in self.sealers:
                    group.create_task(sealer.run())
        finally:
            await self.bus.close()

    async def _keep_up(self) -> None:
        resealed = False
        while True:
            try:
                await self._tidy()
                # Keys change with a restart alone.
                if not resealed:
                    await reseal(self.database, columns=self.service.sealed, clock=self.clock)
                    resealed = True
            except DATABASE_AWAY as fault:
                _log.warning("upkeep waits for the database", error=type(fault).__name__)
            await asyncio.sleep(UPKEEP_SECONDS)

    async def _tidy(self) -> None:
        await tidy(self.database, now=self.clock())
        await prune_inbox(self.database, now=self.clock())
        if isinstance(self.bus, PostgresBus):
            await prune_log(self.database, topic=self.service.topic, now=self.clock())


async def work_until_stopped(service: Service) -> None:
    """Run the message process of a service until SIGINT or SIGTERM."""
    platform = load(PlatformSettings)
    configure_logging(platform, service=service.name)
    database = _database(service)
    await database.open()
    worker = Worker(
        service=service,
        database=database,
        bus=bus_of(load(BusSettings), database),
        tenant=platform.tenant,
    )
    sweep_seldom()
    working = asyncio.create_task(worker.run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, working.cancel)
    _log.info("worker started")
    try:
        async with exposing(load(MetricsSettings), sources=[worker.figures], healths=[worker.health]):
            await working
    except asyncio.CancelledError:
        _log.info("worker stopped")
    finally:
        await database.close()
