"""What is measured on: a PostgreSQL of our own with its data on disk, and services as processes."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from onebox.box import DATABASE, BoxSettings, Cluster
from onebox.distributed import settings_in
from onebox.distributed.process import ServiceProcess
from onebox.distributed.settings import environment_of
from onebox.folders import data_folder
from onebox.services import SERVICES
from shared.clusters import ONE_BOX, PostgresCluster, free_ports
from shared.identity import DevelopmentIssuer, Role
from shared.settings import BusKind
from shared.storage import make_database

# On the house's ground everything is as in production but for the size of the machine.
POSTGRES = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "120"}
START_SECONDS = 30


def disk_folder(name: str, *, keep: bool = False) -> Path:
    """Return a place on disk that PostgreSQL can reach: an empty one, unless what it holds is to be kept."""
    folder = data_folder(Path(".cache/bench") / name)
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    return folder


@asynccontextmanager
async def postgres(folder: Path, settings: Mapping[str, str] = POSTGRES) -> AsyncIterator[PostgresCluster]:
    """Run a PostgreSQL that keeps what it has committed (fsync on), its data in a folder on disk."""
    async with PostgresCluster(folder=folder / "postgres", profile=ONE_BOX, settings=settings) as cluster:
        yield cluster


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A PostgreSQL with the schemas of all services, an issuer of tokens, and a folder for logs."""

    postgres: PostgresCluster
    cluster: Cluster
    settings: BoxSettings
    issuer: DevelopmentIssuer

    @classmethod
    @asynccontextmanager
    async def laid(cls, folder: Path) -> AsyncIterator["Ground"]:
        """Start the server and bring all schemas up to date; stop it on leaving, the data stay."""
        settings = settings_in(folder, port=free_ports()[0])
        issuer = DevelopmentIssuer.open(folder=settings.identity_folder, settings=settings.identity)
        async with postgres(folder) as server:
            await make_database(server.dsn(), name=DATABASE)
            cluster = Cluster(admin_dsn=server.dsn(database=DATABASE), logins=settings.logins)
            await cluster.prepare()
            yield cls(postgres=server, cluster=cluster, settings=settings, issuer=issuer)

    def token(self, role: Role, territory: str, *, person: str, unit: str | None = None) -> str:
        """Return a signed token, which services verify as in production."""
        return self.issuer.issue(role=role, territory=territory, person=person, unit=unit)

    @asynccontextmanager
    async def serving(self, name: str, *, processes: int = 1) -> AsyncIterator[list[int]]:
        """Run HTTP processes of a service as in production; yield their ports when all answer."""
        ports = free_ports(processes)
        running = [self._process(name, ["serve", name, "--port", str(port)], port) for port in ports]
        async with _started(running):
            for port in ports:
                await listening(port)
            yield ports

    @asynccontextmanager
    async def working(self, name: str) -> AsyncIterator[None]:
        """Run the message process of a service as in production, on the PostgreSQL bus."""
        async with _started([self._process(name, ["work", name], 0)]):
            yield

    def _process(self, name: str, words: list[str], number: int) -> ServiceProcess:
        service = next(service for service in SERVICES if service.name == name)
        folder = self.settings.data / "processes"
        folder.mkdir(parents=True, exist_ok=True)
        environment = environment_of(
            service, settings=self.settings, cluster=self.cluster, kafka="", jwks_file=self.issuer.jwks_file
        )
        told = {**environment, "GONGZHI_BUS": BusKind.POSTGRES.value, "GONGZHI_LOG_LEVEL": "WARNING"}
        del told["GONGZHI_KAFKA_SERVERS"]
        return ServiceProcess(
            name=f"{name}.{words[0]}.{number}", words=words, folder=folder, environment=told
        )


@asynccontextmanager
async def _started(processes: list[ServiceProcess]) -> AsyncIterator[None]:
    try:
        for process in processes:
            await process.start()
        yield
    finally:
        for process in processes:
            await process.stop()


async def listening(port: int) -> None:
    """Wait until somebody listens; raise TimeoutError after half a minute."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    message = f"Nothing listens on port {port}."
    raise TimeoutError(message)
