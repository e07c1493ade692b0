"""The whole platform as in production: started in order, watched, stopped in order."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from gateway import HAProxy
from onebox.box import DATABASE, BoxSettings, Cluster
from onebox.deployment import public_key_files
from onebox.distributed.plan import Plan
from onebox.distributed.process import ProcessDied, ServiceProcess
from onebox.services import SERVICES
from onebox.tokens import TokenSource
from shared.clusters import (
    ONE_BOX,
    KafkaCluster,
    PostgresCluster,
    Profile,
    ServerNotRunning,
    ServerSlow,
    apply_topics,
    declared_topics,
)
from shared.identity import DevelopmentIssuer
from shared.storage import make_database

__all__ = ["Distributed"]

READY_SECONDS: Final = 120
POLL_SECONDS: Final = 0.1
# A dozen processes with a pool each, and a connection or two of their own.
_POSTGRES: Final = {"max_connections": "200"}
_WORKING: Final = "worker started"


class Distributed:
    """PostgreSQL, Kafka, two processes a service and HAProxy, each a real process on this machine.

    An async context manager: inside, the platform answers at `url`, and `processes` holds every process of
    ours as `<service>.serve` or `<service>.work`; a test may stop, kill and start any of them. Nothing
    outlives us, not even a `kill -9`.
    """

    def __init__(
        self,
        settings: BoxSettings,
        *,
        certificate: Path | None = None,
        profile: Profile = ONE_BOX,
        brokers: int = 1,
    ) -> None:
        """Take the settings; `certificate` is a PEM file with key and chain, for TLS at the edge."""
        self.settings = settings
        self.certificate = certificate
        self.issuer = DevelopmentIssuer.open(folder=settings.identity_folder, settings=settings.identity)
        self.kafka = KafkaCluster(folder=settings.data / "kafka", brokers=brokers)
        self.postgres = PostgresCluster(
            folder=settings.data / "postgres", profile=profile, settings=_POSTGRES
        )
        self._edge: HAProxy | None = None
        self._processes: dict[str, ServiceProcess] = {}
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """The address of the edge."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://{self.settings.server.host}:{self.settings.server.port}"

    @property
    def trust(self) -> ssl.SSLContext | bool:
        """What a client needs to believe the edge: httpx's `verify`."""
        return ssl.create_default_context(cafile=str(self.certificate)) if self.certificate else True

    @property
    def tokens(self) -> TokenSource:
        """What makes tokens that this platform accepts."""
        return TokenSource(issuer=self.issuer)

    @property
    def cluster(self) -> Cluster:
        """The database of the services, for who wants to look behind."""
        return Cluster(admin_dsn=self.postgres.dsn(database=DATABASE), logins=self.settings.logins)

    @property
    def processes(self) -> Mapping[str, ServiceProcess]:
        """Every process of ours by its name; none before the start."""
        return self._processes

    @property
    def edge(self) -> HAProxy:
        """The running HAProxy; raises ServerNotRunning before the start."""
        if self._edge is None:
            raise ServerNotRunning(server="HAProxy")
        return self._edge

    async def __aenter__(self) -> Self:
        """Start everything and return when all of it is ready; raises a ClusterError."""
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the edge, then the services, then what they stand on."""
        await self._stack.aclose()

    async def watch(self) -> ProcessDied:
        """Return the fault of the first process that ends by itself."""
        deaths = [asyncio.create_task(each.death()) for each in self.processes.values() if each.running]
        try:
            done, _ = await asyncio.wait(deaths, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for death in deaths:
                death.cancel()
        return done.pop().result()

    async def _start(self) -> None:
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._start_kafka())
                both.create_task(self._start_postgres())
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from faults
        plan = Plan.on_free_ports(
            settings=self.settings,
            cluster=self.cluster,
            kafka=self.kafka.bootstrap,
            jwks_file=self.issuer.jwks_file,
        )
        self._processes.update(plan.processes())
        plan.write_targets()
        self._stack.push_async_callback(self._stop_processes, ".work")
        self._stack.push_async_callback(self._stop_processes, ".serve")
        for process in self.processes.values():
            await process.start()
        await self._start_edge(plan)
        await self._ready()

    async def _start_kafka(self) -> None:
        await self._stack.enter_async_context(self.kafka)
        await apply_topics(bootstrap=self.kafka.bootstrap, topics=declared_topics())

    async def _start_postgres(self) -> None:
        await self._stack.enter_async_context(self.postgres)
        await make_database(self.postgres.dsn(), name=DATABASE)
        await self.cluster.prepare()

    async def _start_edge(self, plan: Plan) -> None:
        folder = self.settings.data / "edge"
        identity = self.settings.identity.model_copy(update={"jwks_file": self.issuer.jwks_file})
        keys = await public_key_files(identity, folder=folder)
        settings = plan.edge(public_keys=keys, certificate=self.certificate)
        self._edge = await self._stack.enter_async_context(HAProxy(settings=settings, folder=folder))

    async def _stop_processes(self, kind: str) -> None:
        await asyncio.gather(*(each.stop() for name, each in self.processes.items() if name.endswith(kind)))

    async def _ready(self) -> None:
        """Wait until every process takes work; raise the fault of one that ends instead."""
        death = asyncio.create_task(self.watch())
        ready = asyncio.create_task(self._all_ready())
        try:
            await asyncio.wait({death, ready}, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if death.done():
                raise death.result()
            if not ready.done():
                raise ServerSlow(
                    server="Gongzhi", seconds=READY_SECONDS, log=self.settings.data / "processes"
                )
            ready.result()
        finally:
            death.cancel()
            ready.cancel()

    async def _all_ready(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, verify=self.trust) as client:
            for service in SERVICES:
                await _until_well(client, f"/api/{service.name}/health/ready")
            await _until_well(client, "/api/docs")
            await _until_well(client, "/health/ready")
        workers = [each for name, each in self.processes.items() if name.endswith(".work")]
        while not all(worker.says(_WORKING) for worker in workers):  # noqa: ASYNC110 - read from a file
            await asyncio.sleep(POLL_SECONDS)


async def _until_well(client: httpx.AsyncClient, path: str) -> None:
    """Ask again and again until the answer is 200."""
    while (await client.get(path)).status_code != httpx.codes.OK:  # noqa: ASYNC110 - asked over HTTP
        await asyncio.sleep(POLL_SECONDS)
