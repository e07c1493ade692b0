"""Statements: SQLAlchemy Core, compiled once, run on asyncpg.

A statement on a scoped table (one with a `territory_column`) that does not say `in_scope` is refused
when it is compiled, which is when its module is imported: nobody can forget the territory.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Alias, ColumnElement, Executable, Insert, Table, and_, bindparam
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter, ClauseElement
from sqlalchemy.sql.schema import Column

__all__ = ["EVERYWHERE", "ListUnfolded", "Query", "ScopeForgotten", "everywhere", "in_scope"]

_DIALECT: Final = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_LOW: Final = "scope_low"
_HIGH: Final = "scope_high"

# Every statement that reads or writes a scoped table outside the caller's scope, with its reason.
EVERYWHERE: Final[dict[str, str]] = {}


class ScopeForgotten(Exception):  # noqa: N818 - named as the fact it states
    """A statement touches a scoped table without `in_scope`: a fault of the program, raised at import."""


class ListUnfolded(Exception):  # noqa: N818 - named as the fact it states
    """A statement uses `in_()`, whose text depends on its values: a fault of the program."""


def in_scope(column: Column[str]) -> ColumnElement[bool]:
    """Return the predicate "this row lies in the caller's territory": a range on the C-collated index.

    The unit of work fills in the bounds; a statement cannot be run without them.
    """
    return and_(column >= bindparam(_LOW), column < bindparam(_HIGH))


class Query:
    """One statement, compiled when it is made. Values are given by name when it is run."""

    __slots__ = ("_defaults", "_names", "scoped", "sql")

    def __init__(self, statement: Executable, *, check_scope: bool = True) -> None:
        """Compile; raise ScopeForgotten for a scoped table without `in_scope`."""
        if check_scope:
            _refuse_unscoped(statement)
        # An executable statement is a clause element; the type checker is not told so by SQLAlchemy.
        compiled: Any = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
        if compiled.post_compile_params:
            message = f"Lists are given as one array, `= ANY(...)`; in_() has no fixed text: {compiled}"
            raise ListUnfolded(message)
        self.sql: str = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        self._defaults: dict[str, object] = {
            name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required
        }
        self.scoped = _LOW in self._names

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """Return the positional arguments; raise KeyError for a value that is missing or unknown."""
        unknown = values.keys() - set(self._names)
        if unknown:
            message = f"The statement has no parameter {sorted(unknown)}."
            raise KeyError(message)
        defaults = self._defaults
        return [values[name] if name in values else defaults[name] for name in self._names]


def everywhere(statement: Executable, *, reason: str) -> Query:
    """Compile a statement that may see all territories, and keep its reason on the list."""
    query = Query(statement, check_scope=False)
    EVERYWHERE[query.sql] = reason
    return query


def _refuse_unscoped(statement: Executable) -> None:
    if not isinstance(statement, ClauseElement):
        return
    bounded = set(_bounded_tables(statement))
    for table in _scoped_tables(statement):
        if table not in bounded:
            name = getattr(table, "name", str(table))
            message = f"A statement on the scoped table {name!r} lacks in_scope(): {statement}"
            raise ScopeForgotten(message)


def _scoped_tables(statement: ClauseElement) -> Iterator[object]:
    target = statement.table if isinstance(statement, Insert) else None
    aliased = {id(part.element) for part in visitors.iterate(statement) if isinstance(part, Alias)}
    for part in visitors.iterate(statement):
        source = part.element if isinstance(part, Alias) else part
        if not isinstance(source, Table) or not _is_scoped(source) or part is target:
            continue
        if id(part) not in aliased:
            yield part


def _is_scoped(table: Table) -> bool:
    return any(column.info.get("scope") for column in table.columns)


def _bounded_tables(statement: ClauseElement) -> Iterator[object]:
    for part in visitors.iterate(statement):
        right = getattr(part, "right", None)
        if isinstance(right, BindParameter) and right.key == _LOW:
            yield getattr(getattr(part, "left", None), "table", None)
