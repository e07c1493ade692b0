"""What one part of a statement reads or writes itself, and what every row of it meets."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Alias, Delete, FromClause, Insert, Join, Select, Table, Update
from sqlalchemy.dialects.postgresql.dml import OnConflictDoUpdate
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.selectable import SelectBase

from shared.storage.scope.predicates import Predicate

__all__ = ["Sources", "conditions", "froms_of", "joined_on", "own_sources", "scope_keys"]

Sources = frozenset[FromClause]


_DIALECT: Final = DefaultDialect()
# One that has compiled nothing yet: all that it is needed for is to be handed on.
_COMPILER: Final = _DIALECT.statement_compiler(_DIALECT, None)


def froms_of(part: Select[Any]) -> Sequence[FromClause]:
    """Return what stands in the FROM of a select, as its `get_final_froms` does.

    That one compiles the whole statement beforehand, which took most of the time in which a process starts.
    """
    state = part._compile_state_factory(part, _COMPILER)  # noqa: SLF001 - as SQLAlchemy does there
    froms: Sequence[FromClause] = state._get_display_froms()  # noqa: SLF001
    return froms


def own_sources(part: ClauseElement, enclosing: Sources) -> Sources:
    """Return the tables and aliases that a part itself reads or writes, not those of the part around it."""
    return frozenset(_sources(part)) - _correlated(part, enclosing)


def scope_keys(source: FromClause) -> frozenset[str]:
    """Return the names of a source's territory columns; none where it is not scoped."""
    table = source.element if isinstance(source, Alias) else source
    if not isinstance(table, Table):
        return frozenset()
    return frozenset(column.key for column in table.columns if column.info.get("scope"))


def conditions(part: ClauseElement) -> Iterator[Predicate]:
    """Yield what every row of a part meets."""
    if isinstance(part, Select | Update | Delete) and part.whereclause is not None:
        yield part.whereclause
    if isinstance(part, Select):
        for source in froms_of(part):
            yield from _inner_joined_on(source)
    if isinstance(part, Insert) and (upsert := _upsert(part)) is not None:
        where = upsert.update_whereclause
        if where is not None:
            yield where


def joined_on(part: ClauseElement, source: FromClause) -> Iterator[Predicate]:
    """Yield the ON of the outer joins that bring in nothing but this source: it bounds what they add."""
    if not isinstance(part, Select):
        return
    for outermost in froms_of(part):
        for join in visitors.iterate(outermost):
            if isinstance(join, Join) and join.isouter and not join.full and join.right is source:
                yield from _on(join)


def _on(join: Join) -> Iterator[Predicate]:
    if join.onclause is not None:
        yield join.onclause


def _inner_joined_on(source: FromClause) -> Iterator[Predicate]:
    if isinstance(source, Join) and not source.full and not source.isouter:
        yield from _on(source)
        yield from _inner_joined_on(source.left)
        yield from _inner_joined_on(source.right)


def _sources(part: ClauseElement) -> Iterator[FromClause]:
    """Yield the tables and aliases that a part itself reads or writes."""
    if isinstance(part, Select):
        for source in froms_of(part):
            yield from _flat(source)
    elif isinstance(part, Update | Delete):
        yield from _flat(part.table)
        yield from _named_in(part.whereclause)
    elif isinstance(part, Insert) and _upsert(part) is not None:
        yield from _flat(part.table)


def _correlated(part: ClauseElement, enclosing: Sources) -> Sources:
    """Return the sources around a part that it does not read anew, by SQLAlchemy's own rules."""
    if not isinstance(part, Select):
        return frozenset()
    if part._correlate_except is not None:  # noqa: SLF001 - no public name says it
        return enclosing - frozenset(part._correlate_except)  # noqa: SLF001
    if part._correlate:  # noqa: SLF001
        return enclosing & frozenset(part._correlate)  # noqa: SLF001
    # The only source of a sub-select is never taken for the one around it.
    automatic = part._auto_correlate and len(froms_of(part)) > 1  # noqa: SLF001
    return enclosing if automatic else frozenset()


def _flat(source: FromClause) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _flat(source.left)
        yield from _flat(source.right)
    else:
        yield source


def _named_in(condition: ClauseElement | None) -> Iterator[FromClause]:
    """Yield the tables whose columns a condition names, not those of the sub-selects in it."""
    if condition is None or isinstance(condition, SelectBase):
        return
    table = getattr(condition, "table", None)
    if isinstance(table, FromClause):
        yield table
    for child in condition.get_children():
        if isinstance(child, ClauseElement):
            yield from _named_in(child)


def _upsert(insert: Insert) -> OnConflictDoUpdate | None:
    clause = getattr(insert, "_post_values_clause", None)
    return clause if isinstance(clause, OnConflictDoUpdate) else None
