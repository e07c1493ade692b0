"""The one Alembic environment of all services; each `migrations/env.py` calls `run_migrations()`."""

from typing import TYPE_CHECKING, Final

from alembic import context

if TYPE_CHECKING:
    from shared.storage.migrations import Schema

__all__ = ["run_migrations"]

# Tables that no code declares: the journal's monthly partitions, and Alembic's own.
_NOT_DECLARED: Final = ("journal_", "alembic_version")
LOCK_TIMEOUT: Final = "SET lock_timeout = '5s'"
STATEMENT_TIMEOUT: Final = "SET statement_timeout = '10min'"


def run_migrations() -> None:
    """Run the migrations of the schema that `shared.storage.migrations` put into the configuration."""
    schema: Schema = context.config.attributes["schema"]
    connection = context.config.attributes["connection"]
    connection.exec_driver_sql(LOCK_TIMEOUT)
    connection.exec_driver_sql(STATEMENT_TIMEOUT)
    context.configure(
        connection=connection,
        target_metadata=schema.metadata,
        version_table_schema=schema.name,
        include_name=_is_ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(_NOT_DECLARED))
