"""Routes of imports: hand a list in, watch it, call it off, take the report home."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import AfterValidator, StringConstraints

from estate_registry.imports.commands import cancel_import, request_import
from estate_registry.imports.domain import Field, FindingKind, ImportState, Outcome
from estate_registry.imports.queries import (
    FINDING_ORDERS,
    IMPORT_ORDERS,
    FindingView,
    ImportView,
    findings_of,
    import_address,
    list_imports,
    report_pages,
    the_import,
)
from estate_registry.imports.reports import CsvReport, Report, XlsxReport
from estate_registry.imports.uploads import OPENAPI_BODY, uploaded
from shared.identity import Permission
from shared.storage import Work
from shared.web import (
    CurrentWork,
    Moment,
    Page,
    PageRequest,
    Router,
    Territory,
    clean_text,
    language_of,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/estate-imports",
    tags=["imports"],
    about="小区名单导入：提交、查看进度、取消、下载逐行结果。/ "
    "Imports of lists of estates: handed in, watched, called off, reported line by line.",
)

SOURCE_MAX: Final = 60
FILE_NAME_MAX: Final = 200

Source = Annotated[
    str,
    StringConstraints(min_length=1, max_length=SOURCE_MAX, strip_whitespace=True),
    AfterValidator(clean_text),
]


@router.post(
    "",
    operation_id="begin_estate_import",
    summary="提交小区名单导入",
    status_code=202,
    openapi_extra=OPENAPI_BODY,
)
@needs(Permission.ESTATE_IMPORT)
async def begin(
    request: Request,
    response: Response,
    work: CurrentWork,
    territory: Annotated[Territory, Query()],
    source: Annotated[Source, Query()],
    file_name: Annotated[str | None, Query(max_length=FILE_NAME_MAX)] = None,
) -> ImportView:
    """Hand in a list of estates (csv, psv or xlsx), as the body or as the part `file` of a form.

    `territory` is where rows belong that do not say, at best a town or community; `source` names whose list
    it is: a second import of the same list from the same source changes nothing.
    """
    upload = await uploaded(request, name=file_name)
    job = await request_import(
        work, territory=territory, source=source, file_name=upload.name, content=upload.content
    )
    response.headers["location"] = import_address(job.id)
    return ImportView.of(job, language=language_of(request))


@router.get("", operation_id="list_estate_imports", summary="列出导入任务")
@needs(Permission.ESTATE_IMPORT)
async def listing(
    request: Request,
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(IMPORT_ORDERS)],
    *,
    state: ImportState | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[ImportView]:
    """List the imports of the caller's territory, the latest first."""
    filters = {"state": state, "territory": territory, "since": since, "until": until}
    return await list_imports(work, filters=filters, language=language_of(request), paging=paging)


@router.get("/{import_id}", operation_id="show_estate_import", summary="查看导入任务的进度")
@needs(Permission.ESTATE_IMPORT)
async def one(import_id: UUID, request: Request, work: CurrentWork) -> ImportView:
    """Show an import and how far it is."""
    return await the_import(work, import_id=import_id, language=language_of(request))


@router.post("/{import_id}/cancellation", operation_id="cancel_estate_import", summary="取消导入任务")
@needs(Permission.ESTATE_IMPORT)
async def cancellation(import_id: UUID, request: Request, work: CurrentWork) -> ImportView:
    """Call an import off; what it has registered so far stays."""
    job = await cancel_import(work, import_id=import_id)
    return ImportView.of(job, language=language_of(request))


@router.get("/{import_id}/findings", operation_id="list_import_findings", summary="列出导入的逐行结果")
@needs(Permission.ESTATE_IMPORT)
async def findings(
    import_id: UUID,
    request: Request,
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(FINDING_ORDERS)],
    *,
    outcome: Outcome | None = None,
    kind: FindingKind | None = None,
    field: Field | None = None,
) -> Page[FindingView]:
    """List what was found, line by line: what was done and what to do."""
    filters = {"outcome": outcome, "kind": kind, "field": field}
    language = language_of(request)
    return await findings_of(work, import_id=import_id, filters=filters, language=language, paging=paging)


@router.get(
    "/{import_id}/report.csv",
    operation_id="download_import_report_csv",
    summary="下载导入结果（csv）",
    response_class=Response,
)
@needs(Permission.ESTATE_IMPORT)
async def report_as_csv(import_id: UUID, request: Request, work: CurrentWork) -> Response:
    """Download the findings as csv."""
    language = language_of(request)
    return await _download(work, import_id, kind=CsvReport, language=language)


@router.get(
    "/{import_id}/report.xlsx",
    operation_id="download_import_report_xlsx",
    summary="下载导入结果（xlsx）",
    response_class=Response,
)
@needs(Permission.ESTATE_IMPORT)
async def report_as_xlsx(import_id: UUID, request: Request, work: CurrentWork) -> Response:
    """Download the findings as a workbook."""
    language = language_of(request)
    return await _download(work, import_id, kind=XlsxReport, language=language)


async def _download(work: Work, import_id: UUID, *, kind: Callable[..., Report], language: str) -> Response:
    """Write the report page by page, beside the loop: a long one takes seconds."""
    await the_import(work, import_id=import_id, language=language)
    report = kind(language=language)
    async for lines in report_pages(work, import_id=import_id, language=language):
        await asyncio.to_thread(report.write, lines)
    content = await asyncio.to_thread(report.finish)
    disposition = f'attachment; filename="import-{import_id}.{report.ending}"'
    return Response(content, media_type=report.media_type, headers={"content-disposition": disposition})
