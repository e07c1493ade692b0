"""The one metadata of the register, and the kinds of columns its tables are made of."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, Text, Uuid

from shared.storage import new_metadata

__all__ = ["code", "estate_id", "metadata", "text", "whole"]

metadata: Final = new_metadata()


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of words."""
    return Column(name, Text, nullable=nullable)


def code(name: str, *, nullable: bool = False) -> Column[str]:
    """Return a column of codes, compared byte by byte, so that a prefix is a range."""
    return Column(name, Text(collation="C"), nullable=nullable)


def whole(name: str, *, nullable: bool = False) -> Column[int]:
    """Return a column of whole numbers."""
    return Column(name, Integer, nullable=nullable)


def estate_id(*, primary_key: bool = False) -> Column[object]:
    """Return the column that names the estate a row belongs to."""
    return Column("estate_id", Uuid, ForeignKey("estates.id"), primary_key=primary_key, nullable=False)
