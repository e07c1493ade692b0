from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from onebox.services import SERVICES
from shared.messaging import install_bus
from shared.service import Service
from shared.storage import migrate, prepare_cluster, tidy
from shared.testing import SettableClock, TestCluster
from tests.platform.rebuilding import Platform


@pytest.fixture(params=SERVICES, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    """Return each service of the platform in turn."""
    chosen: Service = request.param
    return chosen


@pytest_asyncio.fixture(loop_scope="session")
async def platform(cluster: TestCluster, clock: SettableClock) -> AsyncIterator[Platform]:
    """Clone a server with all schemas; the first test makes it."""
    if "all services" not in cluster.templates:
        name = await cluster.empty_database()
        schemas = [service.schema for service in SERVICES]
        await prepare_cluster(
            cluster.dsn(name), schemas=schemas, passwords={schema.name: "test" for schema in schemas}
        )
        await migrate(cluster.dsn(name), schemas=schemas)
        connection = await asyncpg.connect(cluster.dsn(name))
        await install_bus(connection, roles=[schema.name for schema in schemas])
        await connection.close()
        cluster.templates["all services"] = name
    name = await cluster.clone(cluster.templates["all services"])
    databases = {service.package: cluster.database(name, service) for service in SERVICES}
    for service in SERVICES:
        await databases[service.package].open()
        await tidy(databases[service.package], now=clock())
        await service.put_reference_data(databases[service.package], clock=clock)
    yield Platform(cluster.dsn(name), databases, clock)
    for database in databases.values():
        await database.close()
    await cluster.administer(f"DROP DATABASE {name} WITH (FORCE)")
