"""Import jobs as rows, and the file of each until it is read."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import bindparam, delete, insert, select, update

from estate_registry.imports.domain import Counts, ImportJob, ImportNotFound, ImportState, Layout, Outcome
from estate_registry.tables import import_files, imports
from shared.kernel import Actor
from shared.storage import Query, Row, Work, in_scope

__all__ = ["insert_import", "job_of", "load_import", "lock_import", "save_import", "take_file"]

_jobs = imports.c
_BY_ID = select(imports).where(_jobs.id == bindparam("id"), in_scope(_jobs.territory))
_LOAD: Final = Query(_BY_ID)
_LOCK: Final = Query(_BY_ID.with_for_update())
_INSERT: Final = Query(insert(imports))
_KEPT: Final = frozenset({"id", "territory", "source", "file_name", "requested_by", "requested_at"})
_CHANGING: Final = tuple(column.name for column in imports.columns if column.name not in _KEPT)
_SAVE: Final = Query(
    update(imports)
    .where(
        _jobs.id == bindparam("import_id"),
        _jobs.version == bindparam("old_version"),
        in_scope(_jobs.territory),
    )
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_INSERT_FILE: Final = Query(insert(import_files))
_TAKE_FILE: Final = Query(
    delete(import_files)
    .where(import_files.c.import_id == bindparam("of_import"))
    .returning(import_files.c.content)
)

_LAYOUT: Final = TypeAdapter(Layout)
_ACTOR: Final = TypeAdapter(Actor)


def job_of(row: Row) -> ImportJob:
    """Read a row."""
    return ImportJob(
        id=row["id"],
        territory=row["territory"],
        source=row["source"],
        file_name=row["file_name"],
        requested_by=_ACTOR.validate_python(row["requested_by"]),
        requested_at=row["requested_at"],
        state=ImportState(row["state"]),
        format=row["format"],
        encoding=row["encoding"],
        layout=None if row["layout"] is None else _LAYOUT.validate_python(row["layout"]),
        counts=Counts(rows=row["rows"], **{outcome.value: row[outcome.value] for outcome in Outcome}),
        last_line=row["last_line"],
        finished_at=row["finished_at"],
        fault_zh=row["fault_zh"],
        fault_en=row["fault_en"],
        version=row["version"],
    )


def _values(job: ImportJob) -> dict[str, object]:
    return {
        "id": job.id,
        "territory": job.territory,
        "source": job.source,
        "file_name": job.file_name,
        "requested_by": _ACTOR.dump_python(job.requested_by, mode="json"),
        "requested_at": job.requested_at,
        "state": job.state.value,
        "format": job.format,
        "encoding": job.encoding,
        "layout": None if job.layout is None else _LAYOUT.dump_python(job.layout, mode="json"),
        **asdict(job.counts),
        "last_line": job.last_line,
        "finished_at": job.finished_at,
        "fault_zh": job.fault_zh,
        "fault_en": job.fault_en,
        "version": job.version,
    }


async def insert_import(work: Work, job: ImportJob, *, content: bytes) -> None:
    """Insert a job and its file."""
    await work.execute(_INSERT, **_values(job))
    await work.execute(_INSERT_FILE, import_id=job.id, content=content)


async def load_import(work: Work, *, import_id: UUID) -> ImportJob:
    """Return a job; raise ImportNotFound."""
    return job_of(await work.load(_LOAD, missing=ImportNotFound, id=import_id))


async def lock_import(work: Work, *, import_id: UUID) -> ImportJob:
    """Return a job that nobody else moves until this unit of work ends; raise ImportNotFound."""
    return job_of(await work.load(_LOCK, missing=ImportNotFound, id=import_id))


async def save_import(work: Work, job: ImportJob) -> None:
    """Save the next version of a job; raise ChangedMeanwhile."""
    values = _values(job)
    changing = {f"new_{name}": values[name] for name in _CHANGING}
    await work.save(_SAVE, import_id=job.id, old_version=job.version - 1, **changing)


async def take_file(work: Work, *, import_id: UUID) -> bytes:
    """Return the file of a job and put it away: from here on its rows are kept."""
    row = await work.fetch_one(_TAKE_FILE, of_import=import_id)
    content: bytes = b"" if row is None else row["content"]
    return content
