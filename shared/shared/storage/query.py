"""Statements: SQLAlchemy Core, compiled once, run on asyncpg.

A statement that leaves a scoped table unbounded is refused when it is compiled, which is when its module is
imported: nobody can forget the territory.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Delete, Executable, Insert, Select, Table, Update
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.functions import FunctionElement

from shared.storage.scope import LOW, refuse_unscoped

__all__ = ["COMPILED", "EVERYWHERE", "ListUnfolded", "Query", "everywhere"]

_DIALECT: Final = asyncpg_dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped

# Every statement that reads or writes a scoped table outside the caller's scope, with its reason.
EVERYWHERE: Final[dict[str, str]] = {}


# What statements call while they only look. Any other function may lock or write: it has a transaction.
HARMLESS: Final = frozenset(
    {
        *("any", "array", "array_agg", "count", "json_agg", "max", "min", "sum"),
        *("coalesce", "concat", "greatest", "json_build_array", "least", "left", "length", "lower"),
        *("current_schema", "hashtextextended", "starts_with", "timezone", "to_char", "unnest"),
    }
)


class ListUnfolded(Exception):  # noqa: N818 - named as the fact it states
    """A statement uses `in_()`, whose text depends on its values: a fault of the program."""


# Every statement that was compiled so far, for those who look how they are run.
COMPILED: Final[dict[str, "Query"]] = {}


class Query:
    """One statement, compiled when it is made. Values are given by name when it is run."""

    __slots__ = ("_defaults", "_names", "changes", "only_adds", "only_looks", "scoped", "sql", "tables")

    def __init__(self, statement: Executable, *, check_scope: bool = True) -> None:
        """Compile; raise ScopeForgotten for a scoped table without `in_scope`."""
        if check_scope:
            refuse_unscoped(statement)
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
        self.scoped = LOW in self._names
        self.tables = _tables_of(statement)
        # The table it changes, whether it does no more than add rows, or than look at what is there.
        self.changes = statement.table if isinstance(statement, Insert | Update | Delete) else None
        self.only_adds = (
            isinstance(statement, Insert) and getattr(statement, "_post_values_clause", None) is None
        )
        self.only_looks = _only_looks(statement)
        COMPILED[self.sql] = self

    @property
    def parameters(self) -> int:
        """Return how many values it takes."""
        return len(self._names)

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """Return the positional arguments; raise KeyError for a value that is missing or unknown."""
        unknown = values.keys() - set(self._names)
        if unknown:
            message = f"The statement has no parameter {sorted(unknown)}."
            raise KeyError(message)
        defaults = self._defaults
        return [values[name] if name in values else defaults[name] for name in self._names]


def _tables_of(statement: Executable) -> frozenset[Table]:
    if not isinstance(statement, ClauseElement):
        return frozenset()
    return frozenset(part for part in visitors.iterate(statement) if isinstance(part, Table))


def _only_looks(statement: Executable) -> bool:
    """Say whether a statement is the same inside a transaction and outside: it changes and locks nothing."""
    if not isinstance(statement, Select):
        return False
    return not any(_leaves_a_trace(part) for part in visitors.iterate(statement))


def _leaves_a_trace(part: object) -> bool:
    if isinstance(part, Insert | Update | Delete):
        return True
    if isinstance(part, Select):
        return part._for_update_arg is not None  # noqa: SLF001 - SQLAlchemy has no other way to ask
    return isinstance(part, FunctionElement) and part.name not in HARMLESS


def everywhere(statement: Executable, *, reason: str) -> Query:
    """Compile a statement that may see all territories, and keep its reason on the list."""
    query = Query(statement, check_scope=False)
    EVERYWHERE[query.sql] = reason
    return query
