"""The one metadata of the service, and the kinds of columns its tables are made of.

Each noun keeps its own tables in its `storage.py`.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, Column, DateTime, Text

from shared.storage import new_metadata

__all__ = ["code", "metadata", "moment", "one_of", "text"]

metadata: Final = new_metadata()


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of words."""
    return Column(name, Text, nullable=nullable)


def code(name: str, *, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    """Return a column of codes, compared byte by byte, so that a prefix is a range."""
    return Column(name, Text(collation="C"), nullable=nullable, primary_key=primary_key)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of moments, in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """Have the database refuse a value outside its set; a missing value is not asked."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
