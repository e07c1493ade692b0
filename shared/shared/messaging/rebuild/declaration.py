"""What a service says of its read model: the tables, and the reactions that write them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.schema import sort_tables

from shared.messaging.subscriptions import Subscriptions

__all__ = ["ReadModel", "ReadModelUnfit"]


class ReadModelUnfit(Exception):  # noqa: N818 - named as the fact it states
    """A declared table cannot be built anew from facts: a fault of the program."""


@dataclass(frozen=True, kw_only=True)
class ReadModel:
    """Tables that follow from the facts of others alone.

    `reactions` write these tables and nothing else: no facts, no tasks, no other row; while building, the
    database refuses them everything else. Where a fact has a wider reaction in the service's subscriptions,
    the reaction here is its part that writes the read model, and coming twice it changes nothing.
    """

    tables: Sequence[Table]
    reactions: Subscriptions

    def __post_init__(self) -> None:
        """Refuse a table that has no key or draws numbers: a second building would give other rows."""
        for table in self.tables:
            if not table.primary_key.columns or any(column.identity for column in table.columns):
                message = f"{table.name} has no key, or draws its own numbers."
                raise ReadModelUnfit(message)

    @property
    def ordered(self) -> list[Table]:
        """Return the tables, those that others refer to first."""
        return sort_tables(self.tables)
