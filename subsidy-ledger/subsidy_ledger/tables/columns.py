"""The one metadata of the ledger, and the kinds of columns its tables are made of."""

from typing import Final

from sqlalchemy import BigInteger, Column, Date, DateTime, Integer, SmallInteger, Text

from shared.storage import new_metadata

__all__ = ["LONGEST_LIST", "day", "fen", "metadata", "moment", "small", "text", "whole"]

metadata: Final = new_metadata()

# What belongs to one row and is shown with it: lines of a voucher, steps of a claim, spells of an estate.
LONGEST_LIST: Final = 500


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of words."""
    return Column(name, Text, nullable=nullable)


def fen(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of money in fen."""
    return Column(name, BigInteger, nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=nullable)


def small(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of small whole numbers."""
    return Column(name, SmallInteger, nullable=nullable)


def day(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of days of business, Asia/Shanghai."""
    return Column(name, Date, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column of moments."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
