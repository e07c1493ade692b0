"""Many rows in one statement: one array a column, unfolded by the database."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import BindParameter, Column, Table, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.types import ARRAY

__all__ = ["columns_of", "insert_rows"]


def insert_rows(table: Table, *names: str, words: Collection[str] = ()) -> Insert:
    """Return an INSERT of many rows, given as one list for each column named.

    Rows are put in the order of the primary key, so that two writers of the same rows wait for each other
    instead of locking each other out. `on_conflict_…` can follow; DO UPDATE allows a key once only. Raise
    TypeError for a column that is an array itself: unfolding would flatten it. One of texts without blanks
    can be named in `words`: it is given as one text, the words with a blank between them.
    """
    arrays = [
        bindparam(name, type_=ARRAY(Text)) if name in words else _array_of(table.c[name]) for name in names
    ]
    given = func.unnest(*arrays).table_valued(*names, name="given").render_derived()
    key = [given.c[column.name] for column in table.primary_key if column.name in names]
    values = (func.string_to_array(given.c[name], " ") if name in words else given.c[name] for name in names)
    rows = select(*values).order_by(*key)
    return insert(table).from_select(list(names), rows, include_defaults=False)


def _array_of(column: Column[Any]) -> BindParameter[Any]:
    if isinstance(column.type, ARRAY):
        message = f"{column} is an array: rows with it are put one by one."
        raise TypeError(message)
    return bindparam(column.name, type_=ARRAY(column.type))


def columns_of(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> dict[str, list[Any]]:
    """Turn rows into the values of `insert_rows`: a list for each name, all empty without rows."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return dict(zip(names, columns or [[] for _ in names], strict=True))
