"""Migrations: one schema, one owner and one login role per service; Alembic under an advisory lock."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.storage.administration import administrator
from shared.storage.readers import guard, install_readers

__all__ = ["Schema", "downgrade", "engine_for", "migrate", "prepare_cluster", "revise", "unmigrated_changes"]

# Alembic tells every step of every schema at INFO: more than anybody reads.
logging.getLogger("alembic").setLevel(logging.WARNING)

# Any number serves, as long as nothing else on the cluster locks it.
MIGRATION_LOCK: Final = 6107030001
_EXTENSIONS: Final = ("btree_gist", "pg_trgm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A service's place in the cluster: schema name, tables, and the folder its migrations lie in."""

    name: str
    metadata: MetaData
    migrations: Path


def engine_for(dsn: str) -> AsyncEngine:
    """Return an engine for migrations on a `postgresql://` address."""
    return create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=NullPool)


async def prepare_cluster(dsn: str, *, schemas: Sequence[Schema], passwords: Mapping[str, str]) -> None:
    """Make extensions, schemas and login roles. Needs an administrator; repeating it changes nothing."""
    engine = engine_for(dsn)
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        for extension in _EXTENSIONS:
            await connection.execute(text(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public"))
        for schema in schemas:
            password = passwords[schema.name]
            await connection.run_sync(partial(_prepare_schema, schema=schema.name, password=password))
    await engine.dispose()


def _prepare_schema(connection: Connection, *, schema: str, password: str) -> None:
    found = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": schema})
    verb = "ALTER" if found.first() else "CREATE"
    defaults = f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
    quoted = password.replace("'", "''")
    for statement in (
        f"{verb} ROLE {schema} LOGIN PASSWORD '{quoted}'",
        f"CREATE SCHEMA IF NOT EXISTS {schema}",
        f"GRANT USAGE ON SCHEMA {schema} TO {schema}",
        f"ALTER ROLE {schema} SET search_path = {schema}, public",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {schema}",
        f"{defaults} GRANT USAGE ON SEQUENCES TO {schema}",
    ):
        connection.exec_driver_sql(statement)


async def migrate(dsn: str, *, schemas: Sequence[Schema]) -> None:
    """Bring every schema to its newest migration, one process at a time, and guard its scoped tables."""
    engine = engine_for(dsn)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        await connection.commit()
        for schema in schemas:
            await connection.run_sync(partial(_upgrade, schema=schema))
            await connection.commit()
        await _guard(dsn, schemas)
        await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
    await engine.dispose()


async def _guard(dsn: str, schemas: Sequence[Schema]) -> None:
    """Put the guards of reading logins on every scoped table there is now."""
    async with administrator(dsn) as connection:
        await install_readers(connection)
        for schema in schemas:
            await guard(connection, schema=schema.name, metadata=schema.metadata)


async def downgrade(dsn: str, *, schema: Schema, revision: str = "base") -> None:
    """Take a schema back to a revision."""
    engine = engine_for(dsn)
    async with engine.connect() as connection:
        await connection.run_sync(partial(_downgrade, schema=schema, revision=revision))
        await connection.commit()
    await engine.dispose()


async def unmigrated_changes(dsn: str, *, schema: Schema) -> str:
    """Say what the tables in code have that no migration makes; empty when nothing."""
    engine = engine_for(dsn)
    async with engine.connect() as connection:
        found: str = await connection.run_sync(partial(_check, schema=schema))
    await engine.dispose()
    return found


async def revise(dsn: str, *, schema: Schema, message: str, revision_id: str) -> None:
    """Write a new migration from the difference between code and database."""
    engine = engine_for(dsn)
    async with engine.connect() as connection:
        await connection.run_sync(partial(_revise, schema=schema, message=message, revision_id=revision_id))
    await engine.dispose()


def _config(connection: Connection, schema: Schema) -> Config:
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(schema.migrations))
    config.set_main_option("path_separator", "os")
    config.attributes.update(connection=connection, schema=schema)
    connection.exec_driver_sql(f"SET search_path = {schema.name}, public")
    return config


def _upgrade(connection: Connection, *, schema: Schema) -> None:
    command.upgrade(_config(connection, schema), "head")


def _downgrade(connection: Connection, *, schema: Schema, revision: str) -> None:
    command.downgrade(_config(connection, schema), revision)


def _revise(connection: Connection, *, schema: Schema, message: str, revision_id: str) -> None:
    command.revision(_config(connection, schema), message=message, autogenerate=True, rev_id=revision_id)


def _check(connection: Connection, *, schema: Schema) -> str:
    from alembic.util import AutogenerateDiffsDetected  # noqa: PLC0415 - only the check needs it

    try:
        command.check(_config(connection, schema))
    except AutogenerateDiffsDetected as differences:
        return str(differences)
    return ""
