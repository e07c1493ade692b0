"""How PostgreSQL would run each compiled statement, and what is wrong with that.

A statement is explained as prepared statements run after their first executions: with a plan that does not
look at its values.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg

from onebox.services import SERVICES
from shared.storage import COMPILED, HOUSE_TABLES, LISTINGS, Listing, Query
from tests.province.texts import Text, composed_statements, texts

# asyncpg's connection; only the storage room may name its type.
Connection = Any
# A foreign key that no index serves makes each deletion of the row it names read the whole table.
UNSERVED_KEYS = """
SELECT format('%s.%s', c.conrelid::regclass, c.conname) FROM pg_constraint c
WHERE c.contype = 'f' AND c.conparentid = 0 AND c.connamespace = ANY ($1::regnamespace[]) AND NOT EXISTS (
    SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indisvalid
    AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
)
"""


# The service whose journal, heads and inbox are the largest.
_RECORDS_MOST = "dispute_mediation"
# The tables that every service has.
_PLATFORM = frozenset(HOUSE_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of a statement in the schema of a service."""

    schema: str
    sql: str
    root: Mapping[str, Any]

    def nodes(self) -> Iterator[Mapping[str, Any]]:
        """Yield every node, the outermost first."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.get("Plans", []))

    def whole_reads(self) -> Iterator[str]:
        """Yield the tables that are read from end to end."""
        for node in self.nodes():
            if node["Node Type"] == "Seq Scan":
                yield node["Relation Name"]


async def plans(connection: Connection) -> Sequence[Plan]:
    """Explain every statement, compiled or written out, in the first schema that has what it names."""
    found = [await _plan(connection, query) for query in list(COMPILED.values())]
    found += [await _plan_of_text(connection, text) for text in texts()]
    return sorted((plan for plan in found if plan is not None), key=lambda plan: (plan.schema, plan.sql))


async def ends_of_commands(connection: Connection) -> Sequence[tuple[Plan, Plan]]:
    """Explain every change alone and in the statement that ends a command with it."""
    found = []
    for composed in composed_statements():
        alone = await _plan(connection, composed.change)
        if alone is not None:
            found.append((alone, await _explained(connection, alone.schema, composed.text)))
    return found


def ways_of_lists() -> Iterator[Query]:
    """Compile every list in each of its orders, from the start and going on, and by each filter alone.

    One that is led in an order is asked for by those who lead it.
    """
    for listing in LISTINGS:
        for order in listing.orders.values():
            for lead in listing.leads(order) or (None,):
                for goes_on in (False, True):
                    yield listing.query(order, goes_on=goes_on, lead=lead)
        for lead in listing.leads(listing.orders.default) or (None,):
            for name in listing.filters:
                yield listing.query(listing.orders.default, filters=[name], lead=lead)


async def sorted_lists(connection: Connection) -> Sequence[str]:
    """Return the orders of lists that no index serves: all rows would be sorted for a page.

    A list that is led has indexes only for those who lead it, who are all that read it.
    """
    return [
        f"{name}: {order.name}"
        for name, listing in _named_listings()
        for order in listing.orders.values()
        for lead in listing.leads(order) or (None,)
        if await _sorts(connection, listing.query(order, goes_on=True, lead=lead))
    ]


async def _sorts(connection: Connection, query: Query) -> bool:
    plan = await _plan(connection, query)
    return plan is not None and any(node["Node Type"] == "Sort" for node in plan.nodes())


def _named_listings() -> Iterator[tuple[str, Listing]]:
    """Yield every list with its name, the one of the module that declares it."""
    declared = {
        id(value): f"{module.__name__}.{name}"
        for module in list(sys.modules.values())
        for name, value in list(vars(module).items())
        if isinstance(value, Listing)
    }
    return ((declared.get(id(listing), "without a name"), listing) for listing in LISTINGS)


async def _plan(connection: Connection, query: Query) -> Plan | None:
    for service in SERVICES:
        if all(table.metadata is service.metadata or table.name in _PLATFORM for table in query.tables):
            with suppress(asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
                return await _explained(connection, service.package, query)
    return None


def one_for_each_service(ends: Sequence[tuple[Plan, Plan]]) -> list[Plan]:
    """Return the end of one command of each service: what it does beside the change is the same in all."""
    return list(
        {end.schema: end for _, end in sorted(ends, key=lambda pair: pair[1].sql, reverse=True)}.values()
    )


async def _plan_of_text(connection: Connection, text: Text) -> Plan | None:
    """Explain a statement of the platform where the most was recorded."""
    for service in sorted(SERVICES, key=lambda service: service.package != _RECORDS_MOST):
        with suppress(asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
            return await _explained(connection, service.package, text)
    return None


async def _explained(connection: Connection, schema: str, query: Query | Text) -> Plan:
    """Explain as the service's own login: row-level security lets it pass, and plans it otherwise."""
    await connection.execute(f"SET search_path = {schema}, public; SET plan_cache_mode = force_generic_plan")
    await connection.execute(f"SET ROLE {'NONE' if _is_for_administrators(query) else schema}")
    try:
        text = await _explanation(connection, query)
    finally:
        await connection.execute("RESET ROLE")
    return Plan(schema=schema, sql=query.sql, root=json.loads(text)[0]["Plan"])


async def _explanation(connection: Connection, query: Query | Text) -> str:
    await connection.execute(f"PREPARE explained AS {query.sql}")
    try:
        values = f"({', '.join(['NULL'] * query.parameters)})" if query.parameters else ""
        return str(await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE explained{values}"))
    finally:
        await connection.execute("DEALLOCATE explained")


def _is_for_administrators(query: Query | Text) -> bool:
    return isinstance(query, Text) and query.name.startswith("shared.storage.readers.")


async def unserved_keys(connection: Connection) -> Sequence[str]:
    """Return the foreign keys that no index serves."""
    await connection.execute("RESET search_path")
    schemas = [service.package for service in SERVICES]
    return sorted(row[0] for row in await connection.fetch(UNSERVED_KEYS, schemas))
