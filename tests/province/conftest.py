from datetime import date

import pytest_asyncio

from onebox.seeding import Province, seed_province
from onebox.services import SERVICES
from shared.testing import SettableClock, TestCluster

PROVINCE = Province(
    estates=400, households=9_000, cases=3_000, years=3, today=date(2026, 11, 28), cases_a_chunk=1_000
)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def blank(cluster: TestCluster) -> str:
    """Return the name of a database with the schemas and reference data of all services."""
    name = await cluster.empty_database()
    for service in SERVICES:
        await cluster._fill(name, service, clock=SettableClock())
    return name


@pytest_asyncio.fixture(loop_scope="session")
async def platform(cluster: TestCluster, blank: str) -> str:
    """Return the administrator's address of a fresh one."""
    return cluster.dsn(await cluster.clone(blank))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(cluster: TestCluster, blank: str) -> str:
    """Return the administrator's address of a seeded province that no test changes."""
    dsn = cluster.dsn(await cluster.clone(blank))
    await seed_province(dsn, province=PROVINCE, say=lambda _told: None)
    return dsn
