"""The tables every service has beside its own: what happened, what must leave, what came in, what is due.

Made by `platform_tables(metadata)`; created by `shared.storage.platform`.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.storage.account_tables import account_tables
from shared.storage.columns import moment, territory_column

__all__ = ["HOUSE_TABLES", "NAMING", "new_metadata", "platform_tables", "territory_column"]

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """Return metadata with the house's constraint names and the platform tables in it."""
    metadata = MetaData(naming_convention=NAMING)
    platform_tables(metadata)
    return metadata


def platform_tables(metadata: MetaData) -> None:
    """Add the platform's tables to a service's metadata."""
    _recording_tables(metadata)
    _arrival_tables(metadata)
    account_tables(metadata)
    _request_tables(metadata)
    _reference_tables(metadata)
    _seal_tables(metadata)
    _report_tables(metadata)


def _recording_tables(metadata: MetaData) -> None:
    Table(
        "journal",
        metadata,
        Column("seq", BigInteger, Identity(always=True)),
        moment("recorded_at"),
        Column("event_id", Uuid, nullable=False),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("subject_version", Integer, nullable=False),
        Column("territory", Text(collation="C"), nullable=False),
        Column("person", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("unit", Text),
        Column("org", Text),
        Column("on_behalf_of", Text),
        Column("reason", Text),
        Column("origin", Text),
        Column("traceparent", Text),
        Column("causation_id", Uuid),
        Column("pii_level", SmallInteger, nullable=False),
        Column("data", JSONB, nullable=False),
        PrimaryKeyConstraint("recorded_at", "seq"),
        # Sealing and rebuilding read in the order of the numbers.
        Index("ix_journal_seq", "seq"),
        Index("ix_journal_subject_version", "subject", "subject_version"),
        Index("ix_journal_event_id", "event_id"),
        postgresql_partition_by="RANGE (recorded_at)",
    )
    Table(
        "subject_heads",
        metadata,
        Column("subject", Text, primary_key=True),
        Column("version", Integer, nullable=False),
    )
    Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        moment("recorded_at"),
    )


def _arrival_tables(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        # When the transaction that dealt with it began; of a replayed one, that of the replay.
        moment("applied_at"),
        moment("received_at", nullable=True),
        moment("published_at", nullable=True),
        Column("partition", Integer),
        Column("position", BigInteger),
        Index("ix_inbox_applied_at", "applied_at"),
    )
    Table(
        "parked",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("event_id", Uuid, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("subject_version", Integer, nullable=False),
        Column("message", JSONB, nullable=False),
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        moment("parked_at"),
        Column("state", Text, nullable=False),
        Column("decided_by", Text),
        moment("decided_at", nullable=True),
        Column("why", Text),
        CheckConstraint("state IN ('waiting', 'replayed', 'dropped')", name="state"),
        Index("ix_parked_subject", "consumer", "subject", "state"),
        Index("ix_parked_state", "consumer", "state", "parked_at", "event_id"),
    )


def _request_tables(metadata: MetaData) -> None:
    Table(
        "idempotency",
        metadata,
        Column("caller", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request_hash", LargeBinary, nullable=False),
        Column("status", SmallInteger, nullable=False),
        Column("headers", JSONB, nullable=False),
        Column("body", LargeBinary, nullable=False),
        moment("answered_at"),
        Index("ix_idempotency_answered_at", "answered_at"),
    )
    Table(
        "due_tasks",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False),
        moment("due_at"),
        Column("data", JSONB, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("error", Text),
        Index("uq_due_tasks_kind_key", "kind", "key", unique=True),
        Index("ix_due_tasks_due_at", "due_at"),
        # Few, and asked for by every look at the health.
        Index("ix_due_tasks_failed", "attempts", postgresql_where=text("error IS NOT NULL")),
    )


def _reference_tables(metadata: MetaData) -> None:
    Table(
        "rule_parameters",
        metadata,
        Column("key", Text, primary_key=True),
        Column("territory", Text(collation="C"), primary_key=True),
        Column("valid_from", Date, primary_key=True),
        Column("valid_to", Date),
        Column("value", Text, nullable=False),
        Column("unit", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("tag", Text, nullable=False),
        Column("floor", Text, nullable=False),
        CheckConstraint("floor IN ('', 'min', 'max')", name="floor"),
    )
    Table(
        "calendar_days",
        metadata,
        Column("day", Date, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("name", Text, nullable=False),
        CheckConstraint("kind IN ('off', 'work')", name="kind"),
    )
    Table(
        "calendar_years",
        metadata,
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("published", Boolean, nullable=False),
        Column("source", Text, nullable=False),
    )


def _seal_tables(metadata: MetaData) -> None:
    Table(
        "seals",
        metadata,
        Column("chain", Text, primary_key=True),
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("digest", Text, nullable=False),
        Column("columns", ARRAY(Text), nullable=False),
        Column("after", BigInteger, nullable=False),
        Column("last", BigInteger, nullable=False),
        Column("members", Text, nullable=False),
        Column("leaves", LargeBinary, nullable=False),
        Column("previous", LargeBinary, nullable=False),
        Column("hash", LargeBinary, nullable=False),
        moment("sealed_at"),
        CheckConstraint("number >= 1 AND after >= 0 AND last > after", name="span"),
    )


def _report_tables(metadata: MetaData) -> None:
    Table(
        "work_reports",
        metadata,
        moment("at"),
        Column("worker", Text, nullable=False),
        # Each figure as [name, labels, value].
        Column("figures", JSONB, nullable=False),
        PrimaryKeyConstraint("at", "worker"),
    )


# For the statements that are the same in every service.
HOUSE_TABLES: Final = new_metadata().tables
