"""Asking for an import and calling it off. The work itself is done by due tasks, in `chunks`."""

from typing import Final
from uuid import UUID

from estate_registry.imports.domain import ImportJob
from estate_registry.imports.storage import insert_import, lock_import, save_import
from estate_registry.territories.domain import TerritoryUnknown
from estate_registry.territories.storage import ONE
from shared.kernel import TerritoryCode, new_id
from shared.storage import Work
from shared.tasks import cancel, schedule

__all__ = ["IMPORT_CHUNK", "IMPORT_READ", "cancel_import", "request_import"]

IMPORT_READ: Final = "estate-import.read"
IMPORT_CHUNK: Final = "estate-import.chunk"


async def request_import(
    work: Work, *, territory: TerritoryCode, source: str, file_name: str, content: bytes
) -> ImportJob:
    """Take a list in, to be read and worked off by the worker.

    `territory` is where rows belong that do not say; `source` names whose list it is: the same source's rows
    are known again by it. Raises OutsideTerritory, TerritoryUnknown.
    """
    work.require_territory(territory)
    await work.load(ONE, missing=TerritoryUnknown, code=territory)
    job = ImportJob(
        id=new_id(),
        territory=territory,
        source=source,
        file_name=file_name,
        requested_by=work.actor,
        requested_at=work.now,
    )
    await insert_import(work, job, content=content)
    await schedule(work, kind=IMPORT_READ, key=str(job.id), due_at=work.now)
    return job


async def cancel_import(work: Work, *, import_id: UUID) -> ImportJob:
    """Call an import off; what it has registered so far stays. Raises ImportNotFound, StepNotAllowed."""
    job = await lock_import(work, import_id=import_id)
    cancelled = job.cancelled(at=work.now)
    await save_import(work, cancelled)
    for kind in (IMPORT_READ, IMPORT_CHUNK):
        await cancel(work, kind=kind, key=str(import_id))
    return cancelled
