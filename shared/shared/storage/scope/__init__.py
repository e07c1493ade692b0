"""The territory predicate, and the check that no statement on a scoped table goes without it.

A table with a `territory_column` is scoped. The check reads a statement part by part - each SELECT, each half
of a UNION, each sub-select and CTE, UPDATE, DELETE and the upsert of an INSERT - and wants every scoped table
that a part reads or writes to be bounded in that part itself, by a predicate joined to the rest by AND, or by
one in every branch of an OR: `in_scope` of its own territory column, or a marked opening that names the table
(`task_link`, `around_scope`, `open_data`). What an opening reads to decide is its own business.
"""

from shared.storage.scope.check import ScopeForgotten, refuse_unscoped
from shared.storage.scope.parts import scope_keys
from shared.storage.scope.predicates import LOW, around_scope, in_scope, open_data, task_link

__all__ = [
    "LOW",
    "ScopeForgotten",
    "around_scope",
    "in_scope",
    "open_data",
    "refuse_unscoped",
    "scope_keys",
    "task_link",
]
