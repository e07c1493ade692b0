"""The platform tables as a first migration makes them, and what the database itself refuses of them."""

from typing import Final

from alembic import op

from shared.storage.tables import HOUSE_TABLES, new_metadata

__all__ = [
    "PLATFORM_TABLES",
    "add_operating",
    "add_origins",
    "add_reports",
    "add_seals",
    "append_only",
    "create_platform_tables",
    "drop_operating",
    "drop_origins",
    "drop_platform_tables",
    "drop_reports",
    "drop_seals",
]

PLATFORM_TABLES: Final = tuple(HOUSE_TABLES)

# The outbox is written and emptied without end: a plain vacuum schedule lets it grow without end too.
_OUTBOX_VACUUM: Final = """
ALTER TABLE outbox SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 10000
)
"""
# A month without its own partition still has a place; the worker makes the coming months ahead of time.
_JOURNAL_REST: Final = "CREATE TABLE journal_rest PARTITION OF journal DEFAULT"
_JOURNAL_PARTITION: Final = """
CREATE FUNCTION make_journal_partition(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'UTC';
    next timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS {schema}.%I PARTITION OF {schema}.journal '
        'FOR VALUES FROM (%L) TO (%L)', 'journal_' || to_char(month, 'YYYY_MM'), first, next);
EXCEPTION
    -- Rows of the month are in journal_rest already, or another process makes the same partition now.
    WHEN check_violation OR duplicate_table OR unique_violation THEN NULL;
END $$
"""
_REFUSE_CHANGE: Final = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_ADD_PASSAGE: Final = """
ALTER TABLE inbox ADD COLUMN IF NOT EXISTS received_at timestamptz,
    ADD COLUMN IF NOT EXISTS published_at timestamptz, ADD COLUMN IF NOT EXISTS partition integer,
    ADD COLUMN IF NOT EXISTS position bigint
"""
_DROP_PASSAGE: Final = """
ALTER TABLE inbox DROP COLUMN received_at, DROP COLUMN published_at, DROP COLUMN partition,
    DROP COLUMN position
"""


def append_only(table: str) -> None:
    """Have the database refuse every change and deletion of a table's rows; for migrations."""
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def create_platform_tables(schema: str) -> None:
    """Create the platform tables in a service's schema; for the service's first migration."""
    new_metadata().create_all(op.get_bind(), checkfirst=False)
    op.execute(_OUTBOX_VACUUM)
    op.execute(_JOURNAL_REST)
    op.execute(_JOURNAL_PARTITION.format(schema=schema))
    op.execute(_REFUSE_CHANGE)
    append_only("journal")
    append_only("clear_views")


def add_origins() -> None:
    """Let journal and clear views say where a request came from; a fresh schema has the columns already."""
    op.execute("ALTER TABLE journal ADD COLUMN IF NOT EXISTS origin text")
    op.execute("ALTER TABLE clear_views ADD COLUMN IF NOT EXISTS origin text")
    op.execute("ALTER TABLE clear_views ADD COLUMN IF NOT EXISTS on_behalf_of text")
    op.execute("CREATE INDEX IF NOT EXISTS ix_clear_views_at ON clear_views (at, id)")


def drop_origins() -> None:
    """Take back what `add_origins` added."""
    op.execute("DROP INDEX ix_clear_views_at")
    op.execute("ALTER TABLE clear_views DROP COLUMN on_behalf_of, DROP COLUMN origin")
    op.execute("ALTER TABLE journal DROP COLUMN origin")


def add_seals() -> None:
    """Add the seals of the hash chains, and the order they read in; a fresh schema has the table already."""
    HOUSE_TABLES["seals"].create(op.get_bind(), checkfirst=True)
    op.execute("CREATE INDEX IF NOT EXISTS ix_journal_seq ON journal (seq)")
    append_only("seals")


def drop_seals() -> None:
    """Take back what `add_seals` added."""
    op.execute("DROP INDEX ix_journal_seq")
    op.execute("DROP TABLE seals")


def add_operating() -> None:
    """Add what operators see and do: passages, their acts, failed tasks; a fresh schema has most already."""
    op.execute(_ADD_PASSAGE)
    op.execute("ALTER TABLE parked ADD COLUMN IF NOT EXISTS decided_at timestamptz")
    op.execute("CREATE INDEX IF NOT EXISTS ix_parked_state ON parked (consumer, state, parked_at, event_id)")
    op.execute(
        "CREATE INDEX IF NOT EXISTS ix_due_tasks_failed ON due_tasks (attempts) WHERE error IS NOT NULL"
    )
    HOUSE_TABLES["operator_acts"].create(op.get_bind(), checkfirst=True)
    append_only("operator_acts")


def drop_operating() -> None:
    """Take back what `add_operating` added."""
    op.execute("DROP TABLE operator_acts")
    op.execute("DROP INDEX ix_due_tasks_failed")
    op.execute("DROP INDEX ix_parked_state")
    op.execute("ALTER TABLE parked DROP COLUMN decided_at")
    op.execute(_DROP_PASSAGE)


def add_reports() -> None:
    """Add what the message processes say of themselves; a fresh schema has the table already."""
    HOUSE_TABLES["work_reports"].create(op.get_bind(), checkfirst=True)


def drop_reports() -> None:
    """Take back what `add_reports` added."""
    op.execute("DROP TABLE work_reports")


def drop_platform_tables() -> None:
    """Drop what `create_platform_tables` made."""
    op.execute("DROP FUNCTION make_journal_partition(date)")
    # What a later migration added is gone already.
    new_metadata().drop_all(op.get_bind(), checkfirst=True)
    op.execute("DROP FUNCTION refuse_change()")
