"""A real PostgreSQL for tests: one cluster a run, one migrated template a service, one clone a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

import asyncpg

from shared.clusters.postgres import PostgresCluster
from shared.kernel import Clock
from shared.service import Service
from shared.storage import Database, migrate, prepare_cluster

__all__ = ["ServiceDatabase", "TestCluster"]

_PASSWORD: Final = "test"  # noqa: S105 - a cluster that lives as long as the test run


@dataclass(kw_only=True)
class TestCluster:
    """The running cluster and the templates made in it so far."""

    __test__ = False

    cluster: PostgresCluster
    templates: dict[str, str] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=count)

    def dsn(self, database: str) -> str:
        """Return the administrator's address of a database."""
        return self.cluster.dsn(database=database)

    async def administer(self, statement: str) -> None:
        """Run one statement as administrator, outside any transaction."""
        connection = await asyncpg.connect(self.cluster.dsn())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def empty_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"db_{next(self._numbers)}"
        await self.administer(f"CREATE DATABASE {name}")
        return name

    async def clone(self, template: str) -> str:
        """Make a copy of a template and return its name."""
        name = f"db_{next(self._numbers)}"
        await self.administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    async def template_of(self, service: Service, *, clock: Clock) -> str:
        """Return the template of a service, migrated and seeded; make it at the first call."""
        if service.name not in self.templates:
            name = await self.empty_database()
            await self._fill(name, service, clock=clock)
            self.templates[service.name] = name
        return self.templates[service.name]

    async def _fill(self, name: str, service: Service, *, clock: Clock) -> None:
        dsn = self.dsn(name)
        await prepare_cluster(dsn, schemas=[service.schema], passwords={service.package: _PASSWORD})
        await migrate(dsn, schemas=[service.schema])
        database = self.database(name, service)
        await database.open()
        await service.put_reference_data(database, clock=clock)
        await database.close()

    def database(self, name: str, service: Service) -> Database:
        """Return the service's door into a database, through its own login role."""
        dsn = self.cluster.dsn(database=name, user=service.package, password=_PASSWORD)
        return Database(dsn=dsn, schema=service.package, pool_min=0, pool_max=6)


@dataclass(frozen=True, kw_only=True)
class ServiceDatabase:
    """A fresh database of one service for one test."""

    name: str
    admin_dsn: str
    database: Database

    @classmethod
    @asynccontextmanager
    async def fresh(
        cls, cluster: TestCluster, service: Service, *, clock: Clock
    ) -> AsyncIterator["ServiceDatabase"]:
        """Clone the service's template, open it, and drop it at the end."""
        name = await cluster.clone(await cluster.template_of(service, clock=clock))
        database = cluster.database(name, service)
        await database.open()
        try:
            yield cls(name=name, admin_dsn=cluster.dsn(name), database=database)
        finally:
            await database.close()
            await cluster.administer(f"DROP DATABASE {name} WITH (FORCE)")
