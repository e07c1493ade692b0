"""The tree as it is stored: seeded from the published list, read by code, parent, level and name."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Text, bindparam, func, select, true
from sqlalchemy.dialects.postgresql import ARRAY, insert

from estate_registry.naming.domain import grams, name_key
from estate_registry.tables import territories
from estate_registry.territories.domain import Territory
from shared.kernel import Scope, TerritoryCode
from shared.storage import Listing, Orders, Query, Row, Work, equal, standing

__all__ = [
    "BELOW",
    "CHILDREN",
    "ONE",
    "PATH",
    "SEARCH",
    "TERRITORY_ORDERS",
    "load_below",
    "put_territories",
    "territory_of",
]

_rows = territories.c
_columns = (_rows.code, _rows.name, _rows.parent, _rows.kind, _rows.valid_from, _rows.valid_to, _rows.source)
TERRITORY_ORDERS: Final = Orders("code", code=(_rows.code,))

ONE: Final = Query(select(*_columns).where(_rows.code == bindparam("code")))
CHILDREN: Final = Listing(
    select(*_columns).where(_rows.parent == bindparam("of_parent")),
    orders=TERRITORY_ORDERS,
    filters={"kind": equal(_rows.kind, "kind")},
)
PATH: Final = Query(
    select(*_columns)
    .where(_rows.code == func.any(bindparam("codes", type_=ARRAY(Text))))
    .order_by(func.length(_rows.code))
)
SEARCH: Final = Listing(
    select(*_columns).where(
        _rows.name_grams.contains(bindparam("grams", type_=ARRAY(Text))),
        _rows.name_key.contains(bindparam("key", type_=Text), autoescape=False),
    ),
    orders=TERRITORY_ORDERS,
    filters={"name": standing(true()), "level": equal(_rows.level, "level")},
)
BELOW: Final = Query(select(*_columns).where(_rows.code >= bindparam("low"), _rows.code < bindparam("high")))

_new = insert(territories)
_PUT: Final = Query(
    _new.on_conflict_do_update(
        index_elements=["code"],
        set_={
            column.name: _new.excluded[column.name]
            for column in territories.columns
            if not column.primary_key
        },
    )
)


def territory_of(row: Row) -> Territory:
    """Read a row."""
    return Territory(**dict(row))


async def load_below(work: Work, code: TerritoryCode) -> list[Territory]:
    """Return a territory and every one below it."""
    scope = Scope(code)
    return [territory_of(row) for row in await work.fetch_all(BELOW, low=scope.low, high=scope.high)]


async def put_territories(work: Work, rows: Sequence[Territory]) -> None:
    """Bring the tree up to date; a territory that the list no longer has stays, for what happened in it."""
    await work.execute_many(_PUT, [_values(row) for row in rows])


def _values(territory: Territory) -> dict[str, object]:
    return {
        "code": territory.code,
        "name": territory.name,
        "parent": territory.parent,
        "level": territory.level,
        "kind": territory.kind,
        "name_key": name_key(territory.name),
        "name_grams": grams(name_key(territory.name)),
        "valid_from": territory.valid_from,
        "valid_to": territory.valid_to,
        "source": territory.source,
    }
