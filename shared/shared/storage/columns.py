"""Columns that many tables have."""

from sqlalchemy import Column, DateTime, Text

__all__ = ["moment", "territory_column"]


def territory_column(name: str = "territory") -> Column[str]:
    """Return the column that makes a table scoped: every statement on it must say `in_scope`.

    C-collated, so that a prefix is a range on the index.
    """
    return Column(name, Text(collation="C"), nullable=False, info={"scope": True})


def moment(name: str, *, nullable: bool = False) -> Column[object]:
    """Return a column for a moment."""
    return Column(name, DateTime(timezone=True), nullable=nullable)
