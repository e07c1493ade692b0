"""Routes of entry: apply, read the check sheet, check before a selection."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Request, Response

from credit_rating.companies.api import CompanyView, Org
from credit_rating.companies.domain import CompanyKind
from credit_rating.entry.commands import check_for_selection, enter_company
from credit_rating.entry.domain import Application, EntryRefused, Purpose, RegistryStatus, Result
from credit_rating.entry.queries import SHEET_ORDERS, list_sheets, one_sheet
from credit_rating.entry.storage import Sheet, sheet_of
from shared.identity import Permission
from shared.storage import Row
from shared.web import (
    Body,
    Code,
    CurrentWork,
    Flag,
    LongText,
    Moment,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    View,
    language_of,
    needs,
    ordered,
    problem,
)

__all__ = ["applications", "sheets"]


class NewCompany(Body):
    """An application for entry. Codes are judged by E-01, so that a wrong one gets its reasons."""

    org: Code
    company_name: ShortText
    registry_status: RegistryStatus
    business_scope: LongText
    territory: Territory
    kind: CompanyKind = "legal_person"
    check_override: Flag = False
    registry_proof: ShortText | None = None
    parent_org: Code | None = None
    parent_authority: ShortText | None = None

    def application(self) -> Application:
        """Return what is declared, without where."""
        return Application(**self.model_dump(exclude={"territory"}))


class SelectionCheck(Body):
    """What the company is to be chosen for."""

    purpose: Literal["selection", "take_over_first"]


class FindingView(View):
    """What one check found."""

    code: str
    result: Result
    zh: str
    en: str
    field: str


class SheetView(View):
    """A check sheet with everything that was found."""

    id: UUID
    purpose: Purpose
    org: str
    company_name: str
    territory: str
    result: Result
    findings: list[FindingView]
    checked_at: datetime


applications = Router(
    prefix="/companies",
    tags=["entry"],
    about="企业准入与选聘核查。/ Checks before a company enters or is selected.",
)
sheets = Router(prefix="/entry-sheets", tags=["entry"])


@applications.post(
    "", operation_id="enter_company", summary="审查企业进入", status_code=201, response_model=CompanyView
)
@needs(Permission.COMPANY_ENTER)
async def enter(body: NewCompany, request: Request, work: CurrentWork) -> CompanyView | Response:
    """Check a company, open its credit file; a refusal names every reason, and the sheet that keeps them."""
    entry = await enter_company(work, application=body.application(), territory=body.territory)
    # A refusal is answered, not raised: the sheet is to be kept.
    return _refused(request, entry.sheet) if entry.company is None else CompanyView.of(entry.company)


@applications.post(
    "/{org}/selection-checks", operation_id="check_selection", summary="核查企业能否被选聘", status_code=201
)
@needs(Permission.COMPANY_ENTER)
async def check(org: Org, body: SelectionCheck, work: CurrentWork) -> SheetView:
    """Check by its grade whether a company may be chosen for an estate."""
    return SheetView.model_validate(await check_for_selection(work, org=org, purpose=body.purpose))


@sheets.get("", operation_id="list_entry_sheets", summary="列出企业的审查表")
@needs(Permission.CREDIT_FILE_READ)
async def some(
    paging: Annotated[PageRequest, ordered(SHEET_ORDERS)],
    work: CurrentWork,
    org: Annotated[Code, Query(description="Unified social credit code.")],
    *,
    purpose: Purpose | None = None,
    result: Result | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[SheetView]:
    """List the check sheets of a company, whether it was entered or refused, the oldest first."""
    filters = {"purpose": purpose, "result": result, "since": since, "until": until}
    return await list_sheets(work, org=org, paging=paging, filters=filters, view=_view)


@sheets.get("/{sheet_id}", operation_id="show_entry_sheet", summary="查看一份审查表")
@needs(Permission.CREDIT_FILE_READ)
async def one(sheet_id: UUID, work: CurrentWork) -> SheetView:
    """Show a check sheet."""
    return SheetView.model_validate(await one_sheet(work, sheet_id=sheet_id))


def _view(row: Row) -> SheetView:
    return SheetView.model_validate(sheet_of(row))


def _refused(request: Request, sheet: Sheet) -> Response:
    chinese = language_of(request) == "zh"
    errors = [
        {
            "pointer": f"#/{finding.field}",
            "code": finding.code,
            "detail": finding.zh if chinese else finding.en,
        }
        for finding in sheet.findings
        if finding.result == "block"
    ]
    return problem(request, EntryRefused(org=sheet.org, sheet_id=sheet.id), errors=errors)
