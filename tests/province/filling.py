"""Rows for the tables that a seeded province leaves empty, so that their plans say something.

PostgreSQL makes them from each column's type, with what a plan depends on: several rows share what they name
by its id, and each word; a column held to a set takes its values in turn; territories are the province's,
moments lie in the last weeks and days in the last ten years. Triggers, references and CHECK are off: such a
database is for EXPLAIN alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

__all__ = ["fill"]

# asyncpg's connection; only the storage room may name its type.
Connection = Any
_TABLES: Final = """
SELECT c.oid::int8 AS oid, format('%I.%I', n.nspname, c.relname) AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> 'alembic_version'
ORDER BY 2
"""
_COLUMNS: Final = r"""
SELECT a.attname AS name, a.atttypid::regtype::text AS type,
    (SELECT regexp_substr(pg_get_constraintdef(k.oid), 'ARRAY\[[^\]]*\]') FROM pg_constraint k
     WHERE k.conrelid = a.attrelid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]
       AND pg_get_constraintdef(k.oid) LIKE '%= ANY%' LIMIT 1) AS members,
    (SELECT f.attname FROM pg_constraint k
     JOIN pg_attribute f ON f.attrelid = k.confrelid
       AND f.attnum = k.confkey[array_position(k.conkey, a.attnum)]
     WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
     ORDER BY cardinality(k.conkey) LIMIT 1) AS named,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
        AND i.indkey[i.indnkeyatts - 1] = a.attnum) AS tells_apart
FROM pg_attribute a
WHERE a.attrelid = $1::int8::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum
"""
_CHECKS: Final = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
WHERE connamespace = ANY ($1::regnamespace[]) AND contype = 'c' AND conislocal AND conrelid <> 0
"""
_INSERT: Final = """
INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM generate_series(1, {rows}) AS n,
    (SELECT array_agg(code ORDER BY code) AS codes FROM estate_registry.territories) AS places
ON CONFLICT DO NOTHING
"""
_TERRITORY: Final = "codes[1 + n % cardinality(codes)]"
# The value of a column of each type in row {n}.
_VALUES: Final[Mapping[str, str]] = {
    "uuid": "md5('{name}' || {n})",
    "boolean": "{n} % 20 = 0",
    "smallint": "{n} % 100",
    "integer": "{n}",
    "bigint": "{n}",
    "numeric": "{n}",
    "date": "current_date - {n} % 3650",
    "timestamp with time zone": "now() - make_interval(mins => {n} % 40000)",
    "bytea": "decode(md5('{name}' || {n}), 'hex')",
    "jsonb": "jsonb_build_object('n', {n})",
    "text": "'{name}-' || {n}",
}
# So many rows share what they name by its id; so many words there are of each kind.
_SHARING: Final = 7
_WORDS: Final = 1_000


async def fill(connection: Connection, *, schemas: Sequence[str], rows: int) -> list[str]:
    """Put so many rows into each empty table of the schemas; return the tables that were filled.

    Raise KeyError for a type of column of which no value is known.
    """
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    tables = [row for row in await connection.fetch(_TABLES, schemas) if await _is_empty(connection, row)]
    columns = {table["name"]: await connection.fetch(_COLUMNS, table["oid"]) for table in tables}
    for (off,) in await connection.fetch(_CHECKS, schemas):
        await connection.execute(off)
    for table, found in columns.items():
        names = ", ".join(f'"{column["name"]}"' for column in found)
        values = ", ".join(_value(column) for column in found)
        await connection.execute(_INSERT.format(table=table, names=names, values=values, rows=rows))
    await connection.execute("RESET session_replication_role")
    return list(columns)


async def _is_empty(connection: Connection, table: Mapping[str, Any]) -> bool:
    return await connection.fetchval(f"SELECT true FROM {table['name']} LIMIT 1") is None  # noqa: S608 - from the catalogue


def _value(column: Mapping[str, Any]) -> str:
    """Return the expression of a column."""
    name, type_, members = column["name"], column["type"], column["members"]
    if members:
        return f"(({members})[1 + n % cardinality({members})])::{type_}"
    if "territory" in name and type_ == "text":
        return _TERRITORY
    value = _VALUES[type_.removesuffix("[]")].format(name=column["named"] or name, n=_number(column))
    return f"ARRAY[{value}]::{type_}" if type_.endswith("[]") else f"({value})::{type_}"


def _number(column: Mapping[str, Any]) -> str:
    """Return what a value is made of: the row's own number, or one that it shares with others."""
    if column["tells_apart"]:
        return "n"
    if column["named"] or column["type"] == "uuid":
        return f"(n / {_SHARING} + 1)"
    return f"(n % {_WORDS})" if column["type"] in {"text", "text[]"} else "n"
