"""The schema `bus`: what a topic holds, how far it was written, how far each group has read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncpg

__all__ = ["BUS_DDL", "install_bus"]

# Any number serves, as long as nothing else on the cluster locks it.
_INSTALL_LOCK: Final = 6107030002

# `topics` and `positions` are rewritten with every batch: room on their pages keeps the rewriting in place.
BUS_DDL: Final = """
CREATE SCHEMA IF NOT EXISTS bus;
CREATE TABLE IF NOT EXISTS bus.topics (
    topic text PRIMARY KEY,
    last_position bigint NOT NULL CHECK (last_position >= 0)
) WITH (fillfactor = 20);
CREATE TABLE IF NOT EXISTS bus.log (
    topic text COLLATE "C" NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    key text NOT NULL,
    headers jsonb NOT NULL,
    data bytea NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (topic, position)
);
CREATE TABLE IF NOT EXISTS bus.positions (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    position bigint NOT NULL CHECK (position >= 0),
    PRIMARY KEY (consumer_group, topic)
) WITH (fillfactor = 20);
"""

_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA bus TO {role}",
    "GRANT SELECT, INSERT, UPDATE ON bus.topics, bus.positions TO {role}",
    "GRANT SELECT, INSERT, DELETE ON bus.log TO {role}",
)


async def install_bus(connection: "asyncpg.Connection[asyncpg.Record]", *, roles: Sequence[str]) -> None:
    """Make the schema and let login roles use it. Needs an administrator; repeating changes nothing."""
    async with connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock($1)", _INSTALL_LOCK)
        await connection.execute(BUS_DDL)
        for role in roles:
            quoted = '"' + role.replace('"', '""') + '"'
            for grant in _GRANTS:
                await connection.execute(grant.format(role=quoted))
