"""Put the reference data in place: rules, calendar, accounts, programmes, rates, coefficients."""

import csv
from collections.abc import Callable, Iterator, Mapping
from importlib.resources import files
from typing import Final

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.postgresql import insert

from shared.rules import seed_calendar, seed_rules
from shared.settings import PlatformSettings, load
from shared.storage import Query, Work
from subsidy_ledger.tables import accounts, grade_coefficients, programme_rates, programmes

__all__ = ["seed"]

_PACKAGE: Final = "subsidy_ledger"
_DEMO: Final = "subsidy_ledger.demo"
_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "open": lambda text: {"true": True, "false": False}[text],
    "cap": lambda text: int(text) if text else None,
    "rate": int,
    "hundredths": int,
}
# In the order in which one needs the other.
_TABLES: Final[Mapping[str, Table]] = {
    "accounts.csv": accounts,
    "programmes.csv": programmes,
    "programme_rates.csv": programme_rates,
    "coefficients.csv": grade_coefficients,
}


def _upsert(table: Table) -> Query:
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    rest = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
    return Query(new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=rest))


_PUT: Final = {name: _upsert(table) for name, table in _TABLES.items()}


async def seed(work: Work) -> None:
    """Put reference data in place; repeating it changes nothing. The demo's rules only in development."""
    await seed_calendar(work)
    await seed_rules(work, package=_PACKAGE)
    if not load(PlatformSettings).production:
        await seed_rules(work, package=_DEMO)
    for name, put in _PUT.items():
        await work.execute_many(put, list(_rows_of(name)))


def _rows_of(name: str) -> Iterator[dict[str, object]]:
    text = (files(_PACKAGE) / "data" / name).read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        yield {column: _READERS.get(column, str)(value) for column, value in row.items()}
