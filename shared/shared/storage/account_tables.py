"""What persons did that is no fact of the service: looks at personal data, and acts of operators."""

from sqlalchemy import CheckConstraint, Column, Index, MetaData, Table, Text, Uuid

from shared.storage.columns import moment

__all__ = ["account_tables"]


def account_tables(metadata: MetaData) -> None:
    """Add the tables of looks and acts to a service's metadata."""
    Table(
        "clear_views",
        metadata,
        Column("id", Uuid, primary_key=True),
        moment("at"),
        Column("person", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("on_behalf_of", Text),
        Column("subject", Text, nullable=False),
        Column("field", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("origin", Text),
        Index("ix_clear_views_subject", "subject", "at"),
        Index("ix_clear_views_at", "at", "id"),
    )
    Table(
        "operator_acts",
        metadata,
        Column("id", Uuid, primary_key=True),
        moment("at"),
        Column("person", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("on_behalf_of", Text),
        Column("act", Text, nullable=False),
        Column("consumer", Text, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("why", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("origin", Text),
        Column("traceparent", Text),
        CheckConstraint("act IN ('replay', 'drop')", name="act"),
        Index("ix_operator_acts_at", "at", "id"),
    )
