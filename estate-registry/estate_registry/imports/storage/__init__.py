"""Imports as rows: the job, its file until it is read, its lines, and what was found in them."""

from estate_registry.imports.storage.jobs import (
    insert_import,
    job_of,
    load_import,
    lock_import,
    save_import,
    take_file,
)
from estate_registry.imports.storage.lines import (
    RowOutcome,
    earlier_lines,
    next_rows,
    put_findings,
    put_outcomes,
    stage_rows,
)
from estate_registry.imports.storage.sources import known_by_key, put_sources

__all__ = [
    "RowOutcome",
    "earlier_lines",
    "insert_import",
    "job_of",
    "known_by_key",
    "load_import",
    "lock_import",
    "next_rows",
    "put_findings",
    "put_outcomes",
    "put_sources",
    "save_import",
    "stage_rows",
    "take_file",
]
