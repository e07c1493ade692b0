"""The predicates that bound a scoped table: the caller's territory, or a marked opening."""

from typing import Final

from sqlalchemy import ColumnElement, Text, and_, bindparam, func
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.schema import Column

__all__ = ["HIGH", "LOW", "Opening", "Predicate", "around_scope", "in_scope", "open_data", "task_link"]

LOW: Final = "scope_low"
HIGH: Final = "scope_high"

Predicate = ColumnElement[bool]


def in_scope(column: Column[str]) -> Predicate:
    """Return the predicate "this row lies in the caller's territory": a range on the C-collated index.

    The unit of work fills in the bounds; a statement cannot be run without them.
    """
    return and_(column >= bindparam(LOW), column < bindparam(HIGH))


def task_link(predicate: Predicate) -> Predicate:
    """Mark the predicate "the caller has a task on this row", which opens it wherever it lies."""
    return Opening(predicate)


def open_data(predicate: Predicate) -> Predicate:
    """Mark the predicate "this row is open data", which opens it to everybody."""
    return Opening(predicate)


def around_scope(column: Column[str]) -> Predicate:
    """Return the predicate "the caller's territory lies in that of this row", as a town in its district."""
    return Opening(func.starts_with(bindparam(LOW, type_=Text), column))


class Opening(Grouping[bool]):
    """A predicate in brackets that counts as a bound of the tables it names."""

    inherit_cache = True
