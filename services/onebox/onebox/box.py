"""Everything in one process: an embedded PostgreSQL, all services, their workers, the mounted edge."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self

import uvicorn
from fastapi import FastAPI

from gateway import Documents, Edge, Guard, merge_openapi
from onebox.cluster import Cluster
from onebox.folders import data_folder, last_port
from onebox.services import SERVICES
from onebox.signing_in import IDENTITY_PREFIX, IdentityPages
from shared.clusters import PostgresCluster, address_of_running
from shared.identity import DevelopmentIssuer, TokenVerifier, bearer_token
from shared.observing import Source, exposing, requests_source
from shared.process import Worker, bearer_of, bus_of, verifier_of
from shared.service import Service
from shared.settings import (
    BusSettings,
    DatabaseSettings,
    IdentitySettings,
    LoginSettings,
    MetricsSettings,
    OriginSettings,
    PlatformSettings,
    SecretSettings,
    ServerSettings,
    load,
)
from shared.storage import Database, make_database

__all__ = ["Box", "BoxSettings", "Cluster"]

DATABASE: Final = "gongzhi"
_IDENTITY: Final = "identity"


@dataclass(frozen=True, kw_only=True)
class BoxSettings:
    """All that the one box is told. `data` is the folder it keeps its files in."""

    data: Path
    platform: PlatformSettings
    server: ServerSettings
    database: DatabaseSettings
    bus: BusSettings
    identity: IdentitySettings
    logins: LoginSettings
    secrets: SecretSettings

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment."""
        return cls._of(load(ServerSettings))

    @classmethod
    def of_running_box(cls) -> Self:
        """Read the environment of a client command; without a port, that of the box last started here."""
        server = load(ServerSettings)
        port = last_port(data_folder(server.data))
        if port is None or "port" in server.model_fields_set:
            return cls._of(server)
        return cls._of(server.model_copy(update={"port": port}))

    @classmethod
    def _of(cls, server: ServerSettings) -> Self:
        return cls(
            data=data_folder(server.data),
            platform=load(PlatformSettings),
            server=server,
            database=load(DatabaseSettings),
            bus=load(BusSettings),
            identity=_identity(server),
            logins=load(LoginSettings),
            secrets=load(SecretSettings),
        )

    @property
    def administrator_address(self) -> str:
        """Return the administrator's address of the server named, or of the box running here.

        Raises NoServerHere.
        """
        if self.database.admin_url is not None:
            return self.database.admin_url.get_secret_value()
        return address_of_running(folder=self.data / "postgres", database=DATABASE)

    @property
    def identity_folder(self) -> Path:
        """Return where the development issuer keeps its key."""
        return self.data / _IDENTITY


def _identity(server: ServerSettings) -> IdentitySettings:
    """Return the issuer that the environment names, or the box's own at its own address."""
    named = load(IdentitySettings)
    if "issuer" in named.model_fields_set:
        return named
    return load(IdentitySettings, issuer=f"http://{server.host}:{server.port}{IDENTITY_PREFIX}".rstrip("/"))


class Box:
    """The running platform. `async with Box.open(settings)` gives one that serves."""

    def __init__(self, *, settings: BoxSettings, cluster: Cluster, databases: Mapping[str, Database]) -> None:
        """Take the opened databases, by the services' names."""
        self.settings = settings
        self.cluster = cluster
        self.databases = databases
        self.issuer = DevelopmentIssuer.open(folder=settings.identity_folder, settings=settings.identity)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: BoxSettings) -> AsyncIterator["Box"]:
        """Start the server, prepare it, open every service; stop all of it in order on leaving."""
        async with AsyncExitStack() as stack:
            cluster = await stack.enter_async_context(cls.prepared(settings))
            databases = {service.name: cluster.database(service) for service in SERVICES}
            for service in SERVICES:
                await databases[service.name].open()
                stack.push_async_callback(databases[service.name].close)
            box = cls(settings=settings, cluster=cluster, databases=databases)
            workers = [box.worker(service) for service in SERVICES]
            await stack.enter_async_context(box.working(workers))
            sources: list[Source] = [*(worker.figures for worker in workers), *box.request_sources()]
            healths = [worker.health for worker in workers]
            await stack.enter_async_context(exposing(load(MetricsSettings), sources=sources, healths=healths))
            yield box

    @staticmethod
    @asynccontextmanager
    async def prepared(settings: BoxSettings) -> AsyncIterator[Cluster]:
        """Find or start the server and bring it up to date; stop what was started on leaving."""
        async with AsyncExitStack() as stack:
            admin_dsn = await _server(settings, stack)
            cluster = Cluster(admin_dsn=admin_dsn, logins=settings.logins)
            await cluster.prepare()
            yield cluster

    @asynccontextmanager
    async def working(self, workers: Sequence[Worker]) -> AsyncIterator[None]:
        """Run every service's message side until the block is left."""
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(each.run(), name=each.service.name) for each in workers]
            yield
            for task in running:
                task.cancel()

    def worker(self, service: Service) -> Worker:
        """Return a service's message side."""
        database = self.databases[service.name]
        bus = bus_of(self.settings.bus, database)
        return Worker(service=service, database=database, bus=bus, tenant=self.settings.platform.tenant)

    @cached_property
    def verifier(self) -> TokenVerifier:
        """Return what verifies the tokens of the box's own issuer, or of the one the settings name."""
        return verifier_of(self.settings.identity.model_copy(update={"jwks_file": self.issuer.jwks_file}))

    @cached_property
    def apps(self) -> Mapping[str, FastAPI]:
        """Return the application of each service by its name."""
        bearer = bearer_of(self.verifier)
        cursor_key = self.settings.secrets.cursor_key.get_secret_value().encode()
        return {
            each.name: each.app(database=self.databases[each.name], bearer=bearer, cursor_key=cursor_key)
            for each in SERVICES
        }

    def request_sources(self) -> list[Source]:
        """Return what the HTTP side of every service tells Prometheus."""
        return [requests_source(name, app.state.requests) for name, app in self.apps.items()]

    def edge(self) -> Guard:
        """Return the mounted edge over all services, and its limits around it."""
        apps = self.apps
        documents = Documents(lambda: merge_openapi({name: app.openapi() for name, app in apps.items()}))
        pages = {IDENTITY_PREFIX: IdentityPages(self.issuer)}
        edge = Edge(apps=apps, ready=self.ready, documents=documents, pages=pages)
        return Guard(
            edge,
            identify=lambda header: self.verifier.verify(bearer_token(header)),
            allowed_origins=load(OriginSettings).allowed_origins,
        )

    async def ready(self) -> Mapping[str, bool]:
        """Say for each service whether it reaches its database."""
        return {name: await database.answers() for name, database in self.databases.items()}

    def server_config(self) -> uvicorn.Config:
        """Return what the HTTP server is told."""
        place = self.settings.server
        return uvicorn.Config(
            self.edge(),
            host=place.host,
            port=place.port,
            loop="uvloop",
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
        )


async def _server(settings: BoxSettings, stack: AsyncExitStack) -> str:
    """Return the administrator's address of the given server, or start one of our own."""
    if settings.database.admin_url is not None:
        return settings.database.admin_url.get_secret_value()
    cluster = PostgresCluster(folder=settings.data / "postgres")
    await stack.enter_async_context(cluster)
    watching = asyncio.create_task(cluster.watch(), name="watch over PostgreSQL")
    stack.callback(watching.cancel)
    await make_database(cluster.dsn(), name=DATABASE)
    return cluster.dsn(database=DATABASE)
