"""Working an import off: the file is read once, then its rows are settled chunk by chunk.

Each chunk is one transaction of registered estates, row outcomes, findings and progress: after a crash the
next worker goes on with the first row that was not dealt with, and none is dealt with twice.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from estate_registry.imports.commands import IMPORT_CHUNK
from estate_registry.imports.domain import (
    Candidate,
    Decision,
    ImportJob,
    ImportState,
    Outcome,
    Refused,
    Settled,
    decide,
    settle,
)
from estate_registry.imports.ledger import Ledger, open_ledger
from estate_registry.imports.reading import read_list
from estate_registry.imports.setting import load_setting
from estate_registry.imports.storage import (
    RowOutcome,
    lock_import,
    next_rows,
    put_findings,
    put_outcomes,
    save_import,
    stage_rows,
    take_file,
)
from shared.kernel import Refusal
from shared.storage import ChangedMeanwhile, Work
from shared.tasks import DueTask, schedule

__all__ = ["CHUNK_ROWS", "read_file", "work_off_chunk"]

# Half a second's work: so long a cancellation waits, and so much is done again after a crash.
CHUNK_ROWS: Final = 2_000


async def read_file(work: Work, task: DueTask) -> None:
    """Read the file of an import and keep its rows; one that cannot be read ends it with the reason."""
    job = await _job(work, task)
    if job.state is not ImportState.WAITING:
        return
    content = await take_file(work, import_id=job.id)
    try:
        # Off the loop: unpacking and cutting a large file takes a while.
        file = await asyncio.to_thread(read_list, content)
    except Refusal as unreadable:
        await save_import(work, _failed(work, job, unreadable))
        return
    await stage_rows(work, import_id=job.id, rows=file.rows)
    started = job.started(
        format_=file.format, encoding=file.encoding, layout=file.layout, rows=len(file.rows)
    )
    await save_import(work, started)
    await _go_on(work, started)


async def work_off_chunk(work: Work, task: DueTask) -> None:
    """Settle the next rows of an import; after the last one it is finished."""
    job = await _job(work, task)
    if job.state is not ImportState.RUNNING:
        return
    try:
        # A savepoint: a refusal takes back this chunk alone, and the import ends with the reason.
        async with work.connection.transaction():
            advanced = await _settle_chunk(work, job)
    except ChangedMeanwhile:
        raise  # Another's change came between: the task is tried again.
    except Refusal as refusal:
        work.facts.clear()
        await save_import(work, _failed(work, job, refusal))
        return
    await save_import(work, advanced)
    await _go_on(work, advanced)


async def _job(work: Work, task: DueTask) -> ImportJob:
    """Return the import of a task; from here on the person who asked for it acts, by reason of it."""
    job = await lock_import(work, import_id=UUID(task.key))
    work.occasion = replace(work.occasion, actor=job.requested_by, reason=f"import {job.id}")
    return job


def _failed(work: Work, job: ImportJob, refusal: Refusal) -> ImportJob:
    return job.failed(at=work.now, zh=refusal.sentence("zh"), en=refusal.sentence("en"))


async def _go_on(work: Work, job: ImportJob) -> None:
    """Plan the next chunk, or end the import after the last row."""
    if job.counts.done < job.counts.rows:
        await schedule(work, kind=IMPORT_CHUNK, key=str(job.id), due_at=work.now)
    else:
        await save_import(work, job.finished(at=work.now))


async def _settle_chunk(work: Work, job: ImportJob) -> ImportJob:
    setting = await load_setting(work, target=job.territory)
    layout = job.layout
    rows = await next_rows(work, job=job, limit=CHUNK_ROWS)
    if layout is None or not rows:
        return job
    decisions = [(line, decide(cells, layout=layout, setting=setting)) for line, cells in rows]
    ledger = await open_ledger(work, job=job, candidates=_candidates(decisions))
    settled = [(line, decision, _settle(line, decision, ledger)) for line, decision in decisions]
    await ledger.write(work)
    await _keep(work, job=job, settled=settled, ledger=ledger)
    return job.advanced([one.outcome for _, _, one in settled], last_line=rows[-1][0])


def _candidates(decisions: Sequence[tuple[int, Decision]]) -> list[Candidate]:
    return [decision for _, decision in decisions if isinstance(decision, Candidate)]


def _settle(line: int, decision: Decision, ledger: Ledger) -> Settled:
    if isinstance(decision, Refused):
        return Settled.refused(decision.findings)
    settled = settle(decision, seen=ledger.seen)
    ledger.enter(line, decision, settled)
    return settled


async def _keep(
    work: Work, *, job: ImportJob, settled: Sequence[tuple[int, Decision, Settled]], ledger: Ledger
) -> None:
    outcomes = (_outcome(*one, code=ledger.codes.get(one[0])) for one in settled)
    await put_outcomes(work, import_id=job.id, rows=outcomes)
    findings = [(line, finding) for line, _, one in settled for finding in one.findings]
    await put_findings(work, import_id=job.id, findings=findings)


def _outcome(line: int, decision: Decision, settled: Settled, *, code: str | None) -> RowOutcome:
    if isinstance(decision, Refused) or settled.outcome is Outcome.REFUSED:
        return line, settled.outcome.value, None, None, None
    return line, settled.outcome.value, decision.key, decision.place, code
