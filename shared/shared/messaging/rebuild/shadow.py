"""Where a read model is built: a schema beside the service's own, and a role that writes there alone.

Whatever was left there by a building that was cut off is dropped before the next begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.messaging.rebuild.declaration import ReadModel
from shared.storage import Database

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Shadow", "ShadowDatabase"]

# What the consumer runtime writes beside the read model.
ARRIVALS = ("inbox", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """The names: `live` is the service's schema, `next` the one beside it. They are ours, no caller's."""

    live: str

    @property
    def next(self) -> str:
        """Return the schema that is built in."""
        return f"{self.live}_next"

    @property
    def role(self) -> str:
        """Return the role that reactions run as: it reads the service's tables and writes the new ones."""
        return f"{self.live}_rebuild"

    async def make(self, connection: "asyncpg.Connection[asyncpg.Record]", model: ReadModel) -> None:
        """Make the schema with empty tables, in place of any that was left."""
        names = [*(table.name for table in model.tables), *ARRIVALS]
        async with connection.transaction():
            await connection.execute(f"DROP SCHEMA IF EXISTS {self.next} CASCADE")
            await connection.execute(f"CREATE SCHEMA {self.next}")
            await self._make_role(connection)
            for name in names:
                await connection.execute(
                    f'CREATE TABLE {self.next}."{name}" (LIKE {self.live}."{name}" INCLUDING ALL)'
                )
            for grant in self._grants():
                await connection.execute(grant)

    async def drop(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Drop the schema, and take from the role what it could read."""
        await connection.execute(f"DROP SCHEMA IF EXISTS {self.next} CASCADE")
        await connection.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA {self.live} FROM {self.role}")
        await connection.execute(f"REVOKE ALL ON SCHEMA {self.live} FROM {self.role}")

    async def _make_role(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", self.role):
            await connection.execute(f"CREATE ROLE {self.role} NOLOGIN")

    def _grants(self) -> Sequence[str]:
        return (
            f"GRANT USAGE ON SCHEMA {self.live}, {self.next} TO {self.role}",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA {self.live} TO {self.role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {self.next} TO {self.role}",
        )


@dataclass(kw_only=True)
class ShadowDatabase(Database):
    """The service's database as reactions see it while a read model is built: the new tables first."""

    shadow: Shadow

    def _server_settings(self) -> dict[str, str]:
        own = super()._server_settings()
        path = f"{self.shadow.next},{self.shadow.live},public"
        # Nothing is waited for that the switch does not need: its own commit takes all before it to the disk.
        return own | {"search_path": path, "role": self.shadow.role, "synchronous_commit": "off"}
