"""The one metadata of the service, and the columns its tables share."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import CheckConstraint, Column, ColumnElement, DateTime, Text, literal_column

from shared.storage import new_metadata

__all__ = ["among", "metadata", "moment", "one_of", "text_code"]

metadata: Final = new_metadata()


def moment(name: str, *, nullable: bool = True) -> Column[object]:
    """Return a column for a moment."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Have the database refuse a value outside its set; a missing value is not asked."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def among(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Return "the column has one of these states", written out so that partial indexes serve."""
    return column.in_([literal_column(f"'{value}'", Text) for value in sorted(values)])


def text_code(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column for a code, compared byte by byte."""
    return Column(name, Text(collation="C"), nullable=nullable)
