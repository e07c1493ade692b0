"""The one metadata of supervision, and the kinds of columns its tables are made of."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer, Text, Uuid

from shared.storage import new_metadata

__all__ = ["code", "day", "fen", "flag", "metadata", "moment", "reference", "said", "text", "whole"]

metadata: Final = new_metadata()


def text(name: str, *, nullable: bool = True) -> Column[str]:
    """Return a column of words."""
    return Column(name, Text, nullable=nullable)


def code(name: str, *, nullable: bool = True, primary_key: bool = False) -> Column[str]:
    """Return a column of codes, compared byte by byte, so that a prefix is a range."""
    return Column(name, Text(collation="C"), nullable=nullable and not primary_key, primary_key=primary_key)


def whole(name: str, *, nullable: bool = True) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=nullable)


def fen(name: str, *, nullable: bool = True) -> Column[int]:
    """Return a column of money in fen, or of area in 0.01 m²."""
    return Column(name, BigInteger, nullable=nullable)


def flag(name: str, *, nullable: bool = True) -> Column[bool]:
    """Return a column of yes and no."""
    return Column(name, Boolean, nullable=nullable)


def day(name: str, *, nullable: bool = True) -> Column[object]:
    """Return a column of local days."""
    return Column(name, Date, nullable=nullable)


def moment(name: str, *, nullable: bool = True) -> Column[object]:
    """Return a column of moments."""
    return Column(name, DateTime(timezone=True), nullable=nullable)


def reference(name: str, *, nullable: bool = True, primary_key: bool = False) -> Column[object]:
    """Return a column of ids."""
    return Column(name, Uuid, nullable=nullable and not primary_key, primary_key=primary_key)


def said(name: str) -> Column[object]:
    """Return a column for the id of the message that last said what the columns after it hold.

    Ids of messages are UUIDv7, given where the fact is recorded, so that of two facts about one subject the
    later one has the greater id, in whatever order they arrive.
    """
    return Column(name, Uuid)
