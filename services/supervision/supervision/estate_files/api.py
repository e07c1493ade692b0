"""Routes of the estate files."""

from typing import Annotated
from uuid import UUID

from shared.contracts.credit_rating import Grade
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.identity import Permission
from shared.web import CurrentWork, Page, PageRequest, Router, Territory, Uscc, needs, ordered
from supervision.estate_files.queries.listing import FILE_ORDERS, FileFilters, list_files
from supervision.estate_files.queries.page import estate_file
from supervision.estate_files.queries.views import EstateFileView, EstateRow

__all__ = ["router"]

router = Router(
    prefix="/estate-files",
    tags=["estate files"],
    about="小区档案：一个小区的全部情况汇于一页。/ "
    "Estate files: all that is known of an estate, on one page.",
)


@router.get("", operation_id="list_estate_files", summary="列出小区档案")
@needs(Permission.ESTATE_FILE_READ)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(FILE_ORDERS)],
    *,
    territory: Territory | None = None,
    mode: ServiceMode | None = None,
    operator_kind: OperatorKind | None = None,
    org: Uscc | None = None,
    grade: Grade | None = None,
    overdue: bool | None = None,
) -> Page[EstateRow]:
    """List estates by territory, mode, operator, grade of the company, or by what is overdue."""
    filters = FileFilters(
        territory=territory,
        mode=mode,
        operator_kind=operator_kind,
        org=org,
        grade=grade,
        overdue=overdue,
    )
    return await list_files(work, filters=filters, paging=paging)


@router.get("/{estate_id}", operation_id="show_estate_file", summary="查看小区一张图档案")
@needs(Permission.ESTATE_FILE_READ)
async def one(estate_id: UUID, work: CurrentWork) -> EstateFileView:
    """Show everything that is known about an estate, on one page."""
    return await estate_file(work, estate_id=estate_id)
