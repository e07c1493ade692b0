"""Imports for screens: progress, the way the file was read, and the findings."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Self
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from estate_registry.imports.domain import (
    Action,
    Field,
    Finding,
    FindingKind,
    FoundBy,
    ImportJob,
    ImportState,
    ImportStep,
    Outcome,
    told,
)
from estate_registry.imports.storage import job_of, load_import
from estate_registry.tables import import_findings, import_rows, imports
from shared.storage import Listing, Orders, Row, Work, equal, in_scope, since, until, within
from shared.web import Page, PageRequest, View, api_prefix

__all__ = [
    "FINDING_ORDERS",
    "IMPORT_ORDERS",
    "FindingView",
    "ImportView",
    "findings_of",
    "import_address",
    "list_imports",
    "report_pages",
    "the_import",
]

_PAGE: Final = 5_000
_jobs = imports.c
_LIST: Final = Listing(
    select(imports).where(in_scope(_jobs.territory)),
    orders=Orders("-id", id=(_jobs.id,), territory=(_jobs.territory, _jobs.id)),
    filters={
        "state": equal(_jobs.state, "state"),
        "territory": within(_jobs.territory),
        "since": since(_jobs.requested_at),
        "until": until(_jobs.requested_at),
    },
)
_found = import_findings.c
_FINDINGS: Final = Listing(
    select(import_findings, import_rows.c.outcome, import_rows.c.estate_code)
    .join(
        import_rows,
        and_(import_rows.c.import_id == _found.import_id, import_rows.c.line == _found.line),
    )
    .where(_found.import_id == bindparam("of_import")),
    orders=Orders("line", line=(_found.line, _found.id)),
    filters={
        "outcome": equal(import_rows.c.outcome, "outcome"),
        "kind": equal(_found.kind, "kind"),
        "field": equal(_found.field, "field"),
    },
)
IMPORT_ORDERS: Final = _LIST.orders
FINDING_ORDERS: Final = _FINDINGS.orders


class ColumnView(View):
    """A column of the file: what it was taken for, and whether its header or its values said so."""

    position: int
    header: str
    field: Field | None
    found_by: FoundBy


class ImportView(View):
    """An import and how far it is: `rows = taken + repaired + refused + unchanged` when it is finished.

    `rows` is 0 until the file is read; `done` counts the rows dealt with; `fault` says why it failed.
    """

    id: UUID
    territory: str
    source: str
    file_name: str
    state: ImportState
    format: str | None
    encoding: str | None
    columns: Sequence[ColumnView]
    rows: int
    done: int
    taken: int
    repaired: int
    refused: int
    unchanged: int
    requested_at: datetime
    finished_at: datetime | None
    fault: str | None
    report_csv: str
    report_xlsx: str
    allowed_actions: Sequence[ImportStep]
    version: int

    @classmethod
    def of(cls, job: ImportJob, *, language: str) -> Self:
        """Return the view of a job, its fault in a language."""
        columns = job.layout.columns if job.layout is not None else ()
        address = import_address(job.id)
        return cls(
            id=job.id,
            territory=job.territory,
            source=job.source,
            file_name=job.file_name,
            state=job.state,
            format=job.format,
            encoding=job.encoding,
            columns=[ColumnView.model_validate(column) for column in columns],
            rows=job.counts.rows,
            done=job.counts.done,
            taken=job.counts.taken,
            repaired=job.counts.repaired,
            refused=job.counts.refused,
            unchanged=job.counts.unchanged,
            requested_at=job.requested_at,
            finished_at=job.finished_at,
            fault=job.fault_zh if language == "zh" else job.fault_en,
            report_csv=f"{address}/report.csv",
            report_xlsx=f"{address}/report.xlsx",
            allowed_actions=job.allowed_actions,
            version=job.version,
        )


class FindingView(View):
    """One line of the report: which row and field, what stood there, what was done, what to do."""

    line: int
    outcome: Outcome
    estate_code: str | None
    field: str
    value: str
    kind: FindingKind
    action: Action
    done: str
    to_do: str


def import_address(import_id: UUID) -> str:
    """Return the path of an import."""
    return f"{api_prefix('estate-registry')}/estate-imports/{import_id}"


async def the_import(work: Work, *, import_id: UUID, language: str) -> ImportView:
    """Return one import; raise ImportNotFound."""
    return ImportView.of(await load_import(work, import_id=import_id), language=language)


async def list_imports(
    work: Work, *, filters: Mapping[str, object], language: str, paging: PageRequest
) -> Page[ImportView]:
    """Return the imports in the caller's territory, the latest first.

    Filters: state, territory (that code and all below), since, until (when it was asked for).
    """
    view = partial(_job_view, language=language)
    return await paging.read(work, _LIST, view=view, filters=filters)


async def findings_of(
    work: Work, *, import_id: UUID, filters: Mapping[str, object], language: str, paging: PageRequest
) -> Page[FindingView]:
    """Return the findings of an import by line; raise ImportNotFound. Filters: outcome, kind, field."""
    await load_import(work, import_id=import_id)
    view = partial(_finding_view, language=language)
    return await paging.read(work, _FINDINGS, view=view, filters=filters, of_import=import_id)


async def report_pages(work: Work, *, import_id: UUID, language: str) -> AsyncIterator[list[FindingView]]:
    """Yield every finding of an import by line, some thousands at a time; raise ImportNotFound."""
    await load_import(work, import_id=import_id)
    by_line, place = FINDING_ORDERS["line"], dict[str, object]()
    while rows := await work.fetch_all(
        _FINDINGS.query(by_line, goes_on=bool(place)), of_import=import_id, limit=_PAGE, **place
    ):
        yield [_finding_view(row, language) for row in rows]
        place = by_line.after(by_line.place(rows[-1]))


def _job_view(row: Row, language: str) -> ImportView:
    return ImportView.of(job_of(row), language=language)


def _finding_view(row: Row, language: str) -> FindingView:
    finding = Finding(
        kind=FindingKind(row["kind"]), field=row["field"], value=row["value"], result=row["result"]
    )
    done, to_do = told(finding, language=language)
    return FindingView(
        line=row["line"],
        outcome=Outcome(row["outcome"]),
        estate_code=row["estate_code"],
        field=finding.field,
        value=finding.value,
        kind=finding.kind,
        action=finding.action,
        done=done,
        to_do=to_do,
    )
