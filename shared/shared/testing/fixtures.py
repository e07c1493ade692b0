"""Pytest fixtures. A service's tests define one fixture of their own, `service`, with scope `session`."""

import shutil
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from shared.clusters.postgres import TEST, PostgresCluster
from shared.clusters.scratch import scratch_folder
from shared.privacy import Algorithm, platform_sealer
from shared.service import Service
from shared.storage import Database
from shared.testing.clients import read_test_token
from shared.testing.clock import SettableClock
from shared.testing.databases import ServiceDatabase, TestCluster
from shared.testing.keys import UseSealKeys

__all__ = ["client", "clock", "cluster", "database", "service_database", "use_seal_keys"]

_CURSOR_KEY = b"cursor key of the tests"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cluster() -> AsyncIterator[TestCluster]:
    """Start one PostgreSQL for the whole run, in memory and without fsync."""
    folder = scratch_folder()
    async with PostgresCluster(folder=folder / "postgres", profile=TEST) as running:
        yield TestCluster(cluster=running)
    shutil.rmtree(folder)


@pytest.fixture
def clock() -> SettableClock:
    """Return a clock that stands at noon of a working day."""
    return SettableClock()


@pytest_asyncio.fixture(loop_scope="session")
async def service_database(
    cluster: TestCluster, service: Service, clock: SettableClock
) -> AsyncIterator[ServiceDatabase]:
    """Give one test a fresh, seeded database of the service."""
    async with ServiceDatabase.fresh(cluster, service, clock=clock) as fresh:
        yield fresh


@pytest.fixture
def database(service_database: ServiceDatabase) -> Database:
    """Return the service's door into its fresh database."""
    return service_database.database


@pytest_asyncio.fixture(loop_scope="session")
async def client(
    service: Service, database: Database, clock: SettableClock
) -> AsyncIterator[httpx.AsyncClient]:
    """Return an HTTP client of the service's application; give each request `headers=as_role(...)`."""
    app = service.app(database=database, bearer=read_test_token, cursor_key=_CURSOR_KEY, clock=clock)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as opened:
        yield opened


@pytest.fixture
def use_seal_keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[UseSealKeys]:
    """Give what changes the sealing keys and the algorithm, as a restart with other settings would."""

    def use(ring: str, algorithm: Algorithm = Algorithm.AES_256_GCM) -> None:
        monkeypatch.setenv("GONGZHI_SEAL_KEYS", ring)
        monkeypatch.setenv("GONGZHI_SEAL_ALGORITHM", algorithm.value)
        platform_sealer.cache_clear()

    yield use
    monkeypatch.undo()
    platform_sealer.cache_clear()
