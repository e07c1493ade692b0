"""The routes of the catalogue of programmes."""

from typing import Annotated

from fastapi import Query

from shared.identity import Permission
from shared.web import Code, CurrentWork, Page, Paging, Router, needs
from subsidy_ledger.programmes.queries import (
    CoefficientView,
    ProgrammeView,
    list_coefficients,
    list_programmes,
    show_programme,
)

__all__ = ["coefficients_router", "router"]

router = Router(prefix="/programmes", tags=["programmes"])
coefficients_router = Router(prefix="/coefficients", tags=["programmes"])


@router.get("", operation_id="list_programmes", summary="列出补助项目")
@needs(Permission.PROGRAMME_READ)
async def list_(
    paging: Paging, work: CurrentWork, *, open_: Annotated[bool | None, Query(alias="open")] = None
) -> Page[ProgrammeView]:
    """List programmes."""
    return await list_programmes(work, paging, open_=open_)


@router.get("/{code}", operation_id="show_programme", summary="查看一个补助项目")
@needs(Permission.PROGRAMME_READ)
async def one(code: Code, work: CurrentWork) -> ProgrammeView:
    """Show a programme with its rates."""
    return await show_programme(work, code=code)


@coefficients_router.get("", operation_id="list_coefficients", summary="列出信用等级系数")
@needs(Permission.PROGRAMME_READ)
async def coefficients(paging: Paging, work: CurrentWork) -> Page[CoefficientView]:
    """List what each credit grade counts for a subsidy."""
    return await list_coefficients(work, paging)
