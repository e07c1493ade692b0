"""Logins that are not a service's own: reporting, and departments on a read replica.

The compile-time check does not guard them, the database does: row-level security on every scoped table, by
the territory that `readers.scopes` gives the login, and SELECT on the columns that a table declares readable.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import MetaData, Table

from shared.clusters import ClusterError
from shared.kernel import TerritoryCode, is_territory_code
from shared.storage.scope import scope_keys

if TYPE_CHECKING:
    import asyncpg

__all__ = [
    "READERS",
    "Reader",
    "ReaderNameUnusable",
    "ReaderNotOurs",
    "ReaderTerritoryUnusable",
    "add_reader",
    "guard",
    "install_readers",
    "list_readers",
    "readable",
    "remove_reader",
]

# The group of all reading logins. A member without a row in `readers.scopes` sees no rows.
READERS: Final = "gongzhi_readers"
READER_STATEMENT_SECONDS: Final = 60
MOST_CONNECTIONS: Final = 5
_READABLE: Final = "readable"

_INSTALL: Final = """
DO $$ BEGIN
    CREATE ROLE gongzhi_readers NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
CREATE SCHEMA IF NOT EXISTS readers;
CREATE TABLE IF NOT EXISTS readers.scopes (
    login name PRIMARY KEY,
    prefix text NOT NULL CHECK (prefix ~ '^[0-9]+$' AND length(prefix) IN (2, 4, 6, 9, 12)),
    purpose text NOT NULL CHECK (purpose <> ''),
    until date NOT NULL
);
CREATE OR REPLACE FUNCTION readers.prefix() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
    SELECT prefix FROM readers.scopes WHERE login = session_user AND until >= current_date
$$;
REVOKE ALL ON FUNCTION readers.prefix() FROM PUBLIC;
GRANT USAGE ON SCHEMA readers TO gongzhi_readers;
GRANT EXECUTE ON FUNCTION readers.prefix() TO gongzhi_readers;
"""
_GUARDED_AS: Final = """
SELECT obj_description(p.oid, 'pg_policy') FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
WHERE p.polrelid = to_regclass($1) AND p.polname = 'of_readers' AND c.relrowsecurity
"""
_LOGIN: Final = re.compile(r"[a-z][a-z0-9_]{2,39}")
_LIST: Final = "SELECT login::text, prefix, purpose, until FROM readers.scopes ORDER BY login"
_PUT_SCOPE: Final = """
INSERT INTO readers.scopes VALUES ($1, $2, $3, $4)
ON CONFLICT (login) DO UPDATE SET prefix = excluded.prefix, purpose = excluded.purpose, until = excluded.until
"""


class ReaderNotOurs(ClusterError):  # noqa: N818 - named as the fact it states
    """The name belongs to no reading login."""

    zh = "“{login}”不是只读账号，未作改动。请用 gongzhi readers list 核对名称。"
    en = "'{login}' is no reading login; nothing was changed. Check the name by `gongzhi readers list`."


class ReaderNameUnusable(ClusterError):  # noqa: N818 - named as the fact it states
    """The name is no plain word."""

    zh = "账号名“{login}”不可用：请用 3 至 40 个小写字母、数字或下划线，以字母开头。"
    en = "'{login}' cannot be a login: take 3 to 40 lower-case letters, digits, underscores, a letter first."


class ReaderTerritoryUnusable(ClusterError):  # noqa: N818 - named as the fact it states
    """The territory is no code."""

    zh = "“{territory}”不是行政区划代码：应为 2、4、6、9 或 12 位数字。"
    en = "'{territory}' is no territory code: it has 2, 4, 6, 9 or 12 digits."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A login, the territory it reads, why, and its last day."""

    login: str
    territory: TerritoryCode
    purpose: str
    until: date


def readable(table: Table, names: str) -> None:
    """Declare the columns that reading logins may see: no person, no free text, nothing sealed."""
    table.info[_READABLE] = tuple(table.c[name].name for name in names.split())


async def install_readers(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Make the group, the table of scopes and its function; repeating changes nothing."""
    await connection.execute(_INSTALL)


async def guard(connection: "asyncpg.Connection[asyncpg.Record]", *, schema: str, metadata: MetaData) -> None:
    """Turn row-level security on for every scoped table of a schema; what is as it should be is left alone.

    The service's own role passes: its statements are bounded when they are compiled.
    """
    await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO {READERS}")
    for table in metadata.sorted_tables:
        column = next(iter(scope_keys(table)), None)
        if column is not None:
            await _guard_table(connection, table, schema=schema, column=column)


async def _guard_table(
    connection: "asyncpg.Connection[asyncpg.Record]", table: Table, *, schema: str, column: str
) -> None:
    """Guard one table, in one transaction: its lock stops the service for a moment."""
    name = f"{schema}.{table.name}"
    statements = _guards(name, schema=schema, column=column, columns=table.info.get(_READABLE, ()))
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    if await connection.fetchval(_GUARDED_AS, name) == digest:
        return
    async with connection.transaction():
        for statement in (*statements, f"COMMENT ON POLICY of_readers ON {name} IS '{digest}'"):
            await connection.execute(statement)


def _guards(name: str, *, schema: str, column: str, columns: Sequence[str]) -> list[str]:
    prefix = '(SELECT readers.prefix()) COLLATE "C"'
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS of_service ON {name}",
        f"CREATE POLICY of_service ON {name} TO {schema} USING (true) WITH CHECK (true)",
        f"DROP POLICY IF EXISTS of_readers ON {name}",
        (
            f"CREATE POLICY of_readers ON {name} FOR SELECT TO {READERS} "
            f"USING ({column} >= {prefix} AND {column} < {prefix} || ':')"
        ),
        f"REVOKE ALL ON {name} FROM {READERS}",
        *([f"GRANT SELECT ({', '.join(columns)}) ON {name} TO {READERS}"] if columns else []),
    ]


async def add_reader(
    connection: "asyncpg.Connection[asyncpg.Record]", reader: Reader, *, password: str
) -> None:
    """Make a login that reads, or give one that is there another territory, password or last day.

    Raises ReaderNameUnusable, ReaderTerritoryUnusable, and ReaderNotOurs for a login of another kind.
    """
    if _LOGIN.fullmatch(reader.login) is None:
        raise ReaderNameUnusable(login=reader.login)
    if not reader.territory or not is_territory_code(reader.territory):
        raise ReaderTerritoryUnusable(territory=reader.territory)
    quoted = await connection.fetchval("SELECT quote_literal($1)", password)
    async with connection.transaction():
        verb = await _verb_for(connection, reader.login)
        for statement in _login_statements(reader, verb=verb, password=quoted):
            await connection.execute(statement)
        await connection.execute(_PUT_SCOPE, reader.login, reader.territory, reader.purpose, reader.until)


def _login_statements(reader: Reader, *, verb: str, password: str) -> Iterator[str]:
    role = f"ROLE {reader.login}"
    yield f"{verb} {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD {password}"
    yield f"ALTER {role} CONNECTION LIMIT {MOST_CONNECTIONS} VALID UNTIL '{reader.until} 23:59:59+08'"
    yield f"GRANT {READERS} TO {reader.login}"
    yield f"ALTER {role} SET default_transaction_read_only = on"
    yield f"ALTER {role} SET statement_timeout = '{READER_STATEMENT_SECONDS}s'"


async def _verb_for(connection: "asyncpg.Connection[asyncpg.Record]", login: str) -> str:
    """Return CREATE for a new login, ALTER for a reader; a login of any other kind is never touched."""
    if not await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", login):
        return "CREATE"
    if not await connection.fetchval("SELECT true FROM readers.scopes WHERE login = $1", login):
        raise ReaderNotOurs(login=login)
    return "ALTER"


async def remove_reader(connection: "asyncpg.Connection[asyncpg.Record]", *, login: str) -> None:
    """Take a reading login away; raise ReaderNotOurs where there is none of this name."""
    if not await connection.fetchval("SELECT true FROM readers.scopes WHERE login = $1", login):
        raise ReaderNotOurs(login=login)
    async with connection.transaction():
        await connection.execute("DELETE FROM readers.scopes WHERE login = $1", login)
        await connection.execute(f"DROP ROLE IF EXISTS {login}")


async def list_readers(connection: "asyncpg.Connection[asyncpg.Record]") -> list[Reader]:
    """Return the reading logins by name."""
    rows = await connection.fetch(_LIST)
    return [
        Reader(login=row["login"], territory=row["prefix"], purpose=row["purpose"], until=row["until"])
        for row in rows
    ]
