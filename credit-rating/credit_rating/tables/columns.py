"""The one metadata of credit-rating, and the kinds of columns its tables are made of."""

from typing import Final

from sqlalchemy import Column, Date, DateTime, Integer, Text

from shared.storage import new_metadata

__all__ = ["GRADES", "KINDS", "day", "metadata", "moment", "whole", "words"]

metadata: Final = new_metadata()

GRADES: Final = "('AAA', 'AA', 'A', 'B', 'C', 'BLACK')"
KINDS: Final = "('base', 'good', 'bad', 'blacklist')"


def words(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=nullable)


def day(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of days."""
    return Column(name, Date, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of moments, stored in UTC."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
