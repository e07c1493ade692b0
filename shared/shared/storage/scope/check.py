"""The check that every part of a statement bounds every scoped table of its own."""

from collections.abc import Iterable, Iterator
from typing import TypeGuard, cast

from sqlalchemy import Delete, FromClause, Insert, Lateral, Table, Update
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import (
    BinaryExpression,
    BindParameter,
    BooleanClauseList,
    ClauseElement,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.selectable import AliasedReturnsRows, SelectBase, TextualSelect

from shared.storage.scope.parts import Sources, conditions, joined_on, own_sources, scope_keys
from shared.storage.scope.predicates import HIGH, LOW, Opening

__all__ = ["ScopeForgotten", "refuse_unscoped"]


class ScopeForgotten(Exception):  # noqa: N818 - named as the fact it states
    """A statement touches a scoped table without a bound: a fault of the program, raised at import."""


def refuse_unscoped(statement: object) -> None:
    """Raise ScopeForgotten when a part of the statement leaves a scoped table unbounded.

    Text cannot be read and is refused as a whole, however it reads.
    """
    if not isinstance(statement, ClauseElement):
        return
    if isinstance(statement, TextClause | TextualSelect):
        message = f"Text cannot be checked for its scope; say everywhere(): {statement}"
        raise ScopeForgotten(message)
    _check(statement, frozenset())


def _check(part: ClauseElement, enclosing: Sources) -> None:
    """Check one part and the parts inside it; `enclosing` are the sources of the part around it."""
    own = own_sources(part, enclosing)
    leaves = list(_leaves(conditions(part)))
    for source in own:
        if scope_keys(source) and not _bounded(source, [*leaves, *_leaves(joined_on(part, source))]):
            name = getattr(source, "name", str(source))
            message = f"The scoped table {name!r} is not bounded by in_scope() in: {part}"
            raise ScopeForgotten(message)
    _check_inside(part, enclosing | own)


def _check_inside(element: ClauseElement, enclosing: Sources) -> None:
    for child in element.get_children():
        if isinstance(child, Table | Opening):
            continue
        if isinstance(child, AliasedReturnsRows):
            # What stands in FROM sees nothing of its surroundings, unless it is lateral.
            _check_aliased(child, enclosing if isinstance(child, Lateral) else frozenset())
        elif isinstance(child, TextualSelect):
            refuse_unscoped(child)
        elif isinstance(child, SelectBase | Update | Delete | Insert):
            _check(child, enclosing)
        elif isinstance(child, ClauseElement):
            _check_inside(child, enclosing)


def _check_aliased(aliased: AliasedReturnsRows, enclosing: Sources) -> None:
    inside = aliased.element
    if isinstance(inside, TextualSelect):
        refuse_unscoped(inside)
    elif not isinstance(inside, Table):
        _check(inside, enclosing)


def _leaves(conditions: Iterable[ClauseElement]) -> Iterator[ClauseElement]:
    """Yield what conditions joined by AND consist of."""
    for condition in conditions:
        if isinstance(condition, Grouping) and not isinstance(condition, Opening):
            yield from _leaves([cast("ClauseElement", condition.element)])
        elif _is_list(condition, operators.and_):
            yield from _leaves(condition.clauses)
        else:
            yield condition


def _bounded(source: FromClause, leaves: Iterable[ClauseElement]) -> bool:
    leaves = list(leaves)
    if any(isinstance(leaf, Opening) and _names(leaf, source) for leaf in leaves):
        return True
    if any(_is_edge(leaf, source, LOW, operators.ge) for leaf in leaves) and any(
        _is_edge(leaf, source, HIGH, operators.lt) for leaf in leaves
    ):
        return True
    return any(
        _is_list(leaf, operators.or_) and all(_bounded(source, _leaves([branch])) for branch in leaf.clauses)
        for leaf in leaves
    )


def _names(opening: ClauseElement, source: FromClause) -> bool:
    return any(getattr(part, "table", None) is source for part in visitors.iterate(opening))


def _is_list(condition: ClauseElement, operator: object) -> TypeGuard[BooleanClauseList]:
    return isinstance(condition, BooleanClauseList) and condition.operator is operator


def _is_edge(leaf: ClauseElement, source: FromClause, name: str, operator: object) -> bool:
    """Say whether a leaf is one edge of the range on the source's own territory column."""
    if not isinstance(leaf, BinaryExpression) or leaf.operator is not operator:
        return False
    if not isinstance(leaf.right, BindParameter) or leaf.right.key != name:
        return False
    column = leaf.left
    return getattr(column, "table", None) is source and getattr(column, "key", None) in scope_keys(source)
