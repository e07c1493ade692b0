"""Routes of companies: what everybody may know of them."""

from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import AfterValidator

from credit_rating.companies.domain import Company, CompanyKind
from credit_rating.companies.queries import COMPANY_ORDERS, CompanyFilter, list_companies, open_company
from credit_rating.companies.storage import company_of
from credit_rating.schemes.domain import Grade
from shared.identity import Permission
from shared.storage import Row
from shared.web import CurrentWork, Page, PageRequest, Router, Territory, View, clean_text, needs, ordered

__all__ = ["CompanyView", "Org", "router"]

NAME_MAX = 100
ORG_MAX = 64

NamePart = Annotated[str, AfterValidator(clean_text), Query(min_length=1, max_length=NAME_MAX)]
Org = Annotated[
    str, Path(pattern="^[0-9A-Za-z]{1,64}$", max_length=ORG_MAX, description="Unified social credit code.")
]


class CompanyView(View):
    """A company and where it stands. Score in tenths of a point; a grade is provisional until `rated`."""

    org: str
    name: str
    kind: CompanyKind
    territory: str
    score_tenths: int
    grade: Grade
    rated: bool
    scheme: str
    scored_on: date
    version: int

    @classmethod
    def of(cls, company: Company) -> "CompanyView":
        """Return the view of a company."""
        standing = company.standing
        return cls(
            org=company.org,
            name=company.name,
            kind=company.kind,
            territory=company.territory,
            score_tenths=standing.score_tenths,
            grade=standing.grade,
            rated=standing.rated,
            scheme=standing.scheme,
            scored_on=standing.scored_on,
            version=company.version,
        )


router = Router(
    prefix="/companies",
    tags=["companies"],
    about="物业企业及其等级与状态。/ Property companies, their grade and standing.",
)


@router.get("", operation_id="list_companies", summary="列出物业服务企业")
@needs(Permission.COMPANY_READ)
async def some(
    paging: Annotated[PageRequest, ordered(COMPANY_ORDERS)],
    work: CurrentWork,
    grade: Grade | None = None,
    standing: Literal["rated", "unrated"] | None = None,
    name: NamePart | None = None,
    kind: CompanyKind | None = None,
    territory: Territory | None = None,
) -> Page[CompanyView]:
    """List companies, the best score first; by grade, being rated, a part of the name, kind, territory."""
    rated = None if standing is None else standing == "rated"
    wanted = CompanyFilter(grade=grade, rated=rated, name=name, kind=kind, territory=territory)
    return await list_companies(work, paging=paging, wanted=wanted, view=_view)


@router.get("/{org}", operation_id="show_company", summary="查看一家企业")
@needs(Permission.COMPANY_READ)
async def one(org: Org, work: CurrentWork) -> CompanyView:
    """Show a company with its grade."""
    return CompanyView.of(await open_company(work, org=org))


def _view(row: Row) -> CompanyView:
    return CompanyView.of(company_of(row))
