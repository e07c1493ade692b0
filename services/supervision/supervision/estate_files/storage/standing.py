"""When a complaint or a duty counts as open and as overdue: predicates for every statement that counts."""

from typing import Final

from sqlalchemy import ColumnElement, and_, or_

from supervision.tables import cases, items

__all__ = ["CASE_OPEN", "CASE_OVERDUE", "ITEM_OVERDUE", "ITEM_OWED"]

CASE_OPEN: Final[ColumnElement[bool]] = or_(cases.c.state == "received", cases.c.state == "accepted")
CASE_OVERDUE: Final[ColumnElement[bool]] = and_(CASE_OPEN, cases.c.late)
# A duty is owed until it was seen done; a check that failed changes nothing about that.
ITEM_OWED: Final[ColumnElement[bool]] = items.c.state != "verified"
ITEM_OVERDUE: Final[ColumnElement[bool]] = and_(ITEM_OWED, items.c.late)
