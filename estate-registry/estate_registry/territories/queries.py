"""The tree for screens and for every form that asks for a territory. Open data."""

from collections.abc import Iterator
from datetime import date

from estate_registry.naming.domain import grams, name_key
from estate_registry.territories.domain import TerritoryUnknown
from estate_registry.territories.storage import CHILDREN, ONE, PATH, SEARCH, TERRITORY_ORDERS, territory_of
from shared.kernel import TerritoryCode, is_territory_code
from shared.storage import Row, Work
from shared.web import Page, PageRequest, View

__all__ = [
    "TERRITORY_ORDERS",
    "TerritoryView",
    "children_of",
    "path_to",
    "search_territories",
    "the_territory",
]


class TerritoryView(View):
    """A node of the tree. `valid_to` is the first day it is no more."""

    code: str
    name: str
    parent: str | None
    level: str
    kind: str
    valid_from: date
    valid_to: date | None
    source: str


async def the_territory(work: Work, *, code: TerritoryCode) -> TerritoryView:
    """Return one node; raise TerritoryUnknown."""
    return _view(await work.load(ONE, missing=TerritoryUnknown, code=code))


async def path_to(work: Work, *, code: TerritoryCode) -> list[TerritoryView]:
    """Return the nodes from the nation down to one; raise TerritoryUnknown where the last is not there."""
    rows = await work.fetch_all(PATH, codes=list(_prefixes(code)))
    if not rows or rows[-1]["code"] != code:
        raise TerritoryUnknown(code=code)
    return [_view(row) for row in rows]


async def children_of(
    work: Work, *, code: TerritoryCode, kind: str | None, paging: PageRequest
) -> Page[TerritoryView]:
    """Return the nodes directly below one, by code."""
    return await paging.read(work, CHILDREN, view=_view, filters={"kind": kind}, of_parent=code)


async def search_territories(
    work: Work, *, name: str, level: str | None, paging: PageRequest
) -> Page[TerritoryView]:
    """Return the nodes whose name has a part, by code; an empty part finds all of the level."""
    key = name_key(name)
    filters = {"name": name, "level": level}
    return await paging.read(work, SEARCH, view=_view, filters=filters, key=key, grams=grams(key))


def _prefixes(code: TerritoryCode) -> Iterator[TerritoryCode]:
    return (code[:length] for length in range(len(code) + 1) if is_territory_code(code[:length]))


def _view(row: Row) -> TerritoryView:
    return TerritoryView.model_validate(territory_of(row))
