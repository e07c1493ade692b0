"""What holds at an estate on a day: the mode and the operator, as parts of other statements.

Each statement that uses them has a parameter `today`, the local day. At most one row holds: while one fact of
a change of operators is here and the next still on its way, the later start wins.
"""

from typing import Final

from sqlalchemy import Column, ColumnElement, Date, and_, bindparam, or_, select

from supervision.tables import estates, mode_changes, operators

__all__ = ["MODE", "OPERATOR", "TODAY", "holds"]

TODAY: Final = bindparam("today", type_=Date)


def holds(starts_on: Column[object], ends_on: Column[object]) -> ColumnElement[bool]:
    """Return the predicate "today lies in `[starts_on, ends_on)`"."""
    return and_(starts_on <= TODAY, or_(ends_on.is_(None), ends_on > TODAY))


MODE: Final = (
    select(mode_changes.c.mode, mode_changes.c.starts_on)
    .where(mode_changes.c.estate_id == estates.c.id, holds(mode_changes.c.starts_on, mode_changes.c.ends_on))
    .order_by(mode_changes.c.said.desc())
    .limit(1)
    .correlate(estates)
    .lateral("mode_today")
)
OPERATOR: Final = (
    select(operators.c.assignment_id, operators.c.kind, operators.c.org, operators.c.custodian)
    .where(operators.c.estate_id == estates.c.id, holds(operators.c.starts_on, operators.c.ends_on))
    .order_by(operators.c.starts_on.desc(), operators.c.assignment_id.desc())
    .limit(1)
    .correlate(estates)
    .lateral("operator_today")
)
