"""The PostgreSQL server of the platform, as its administrator prepares it."""

from dataclasses import dataclass
from typing import Final

from onebox.services import SERVICES
from shared.kernel import system_clock
from shared.messaging import install_bus
from shared.service import Service
from shared.settings import LoginSettings
from shared.storage import Database, administrator, migrate, prepare_cluster, tidy

__all__ = ["Cluster"]

POOL_MAX: Final = 6


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A PostgreSQL server: its administrator's address, and each service's own."""

    admin_dsn: str
    logins: LoginSettings

    def dsn(self, service: Service) -> str:
        """Return the address for a service's login role."""
        address = self.admin_dsn.partition("@")[2]
        return f"postgresql://{service.package}:{self.logins.login_password(service.package)}@{address}"

    async def prepare(self) -> None:
        """Bring roles, schemas, bus and reference data up to date; repeating it changes nothing."""
        schemas = [service.schema for service in SERVICES]
        passwords = {schema.name: self.logins.login_password(schema.name) for schema in schemas}
        await prepare_cluster(self.admin_dsn, schemas=schemas, passwords=passwords)
        await migrate(self.admin_dsn, schemas=schemas)
        async with administrator(self.admin_dsn) as connection:
            await install_bus(connection, roles=[schema.name for schema in schemas])
        for service in SERVICES:
            await self._seed(service)

    async def _seed(self, service: Service) -> None:
        database = self.database(service)
        await database.open()
        try:
            # The journal's partitions must be there before its first row.
            await tidy(database, now=system_clock())
            await service.put_reference_data(database)
        finally:
            await database.close()

    def database(self, service: Service) -> Database:
        """Return a service's door into the server."""
        return Database(dsn=self.dsn(service), schema=service.package, pool_min=1, pool_max=POOL_MAX)
