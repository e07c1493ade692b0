"""The route of the credit file."""

from datetime import date, datetime
from uuid import UUID

from credit_rating.companies.api import CompanyView, Org
from credit_rating.files.queries import CreditFile, read_file
from credit_rating.items.api import ItemView
from shared.identity import Permission
from shared.web import CurrentWork, Router, View, needs

__all__ = ["router"]


class NodeView(View):
    """One line of the explanation; its points are the sum of its children's."""

    code: str
    zh: str
    en: str
    points_tenths: int
    source: str
    item_id: UUID | None
    children: list["NodeView"]


class ReasonView(View):
    """Why the grade is not what the points alone say."""

    zh: str
    en: str


class ScoreView(View):
    """The score explained, in tenths of a point. `tree` adds up to it before the floor at zero."""

    total_tenths: int
    base_tenths: int
    good_tenths: int
    bad_tenths: int
    grade: str
    rated: bool
    reasons: list[ReasonView]
    tree: NodeView


class ProjectView(View):
    """An estate in the company's care; what was not heard of yet is null."""

    estate_id: UUID
    estate_name: str | None
    kind: str
    start: date | None
    end: date | None
    live_days: int
    contract_id: UUID | None
    contract_no: str | None
    signed_on: date | None


class FileView(View):
    """The credit file. `rated_from` is the day of the first score, where a project will earn one."""

    company: CompanyView
    entered_at: datetime
    entry_sheet_id: UUID
    rated_from: date | None
    score: ScoreView
    items: list[ItemView]
    projects: list[ProjectView]
    version: int

    @classmethod
    def of(cls, file: CreditFile) -> "FileView":
        """Return the view of a file."""
        return cls(
            company=CompanyView.of(file.company),
            entered_at=file.company.entered_at,
            entry_sheet_id=file.company.sheet_id,
            rated_from=file.rated_from,
            score=ScoreView.model_validate(file.score),
            items=[ItemView.of(item) for item in file.items],
            projects=[ProjectView.model_validate(project) for project in file.projects],
            version=file.company.version,
        )


router = Router(
    prefix="/companies",
    tags=["files"],
    about="企业信用档案。/ The credit file of a company.",
)


@router.get("/{org}/file", operation_id="show_credit_file", summary="查看企业信用档案")
@needs(Permission.CREDIT_FILE_READ)
async def one(org: Org, work: CurrentWork) -> FileView:
    """Show a company's credit file: score and grade explained, its newest 200 items and projects."""
    return FileView.of(await read_file(work, org=org))
