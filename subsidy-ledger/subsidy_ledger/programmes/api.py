"""The routes of the catalogue of programmes."""

from typing import Annotated

from fastapi import Query

from shared.contracts.credit_rating import Grade
from shared.identity import Permission
from shared.web import Code, CurrentWork, Page, PageRequest, Router, needs, ordered
from subsidy_ledger.programmes.queries import (
    COEFFICIENT_ORDERS,
    PROGRAMME_ORDERS,
    CoefficientView,
    ProgrammeView,
    list_coefficients,
    list_programmes,
    show_programme,
)

__all__ = ["coefficients_router", "router"]

router = Router(
    prefix="/programmes",
    tags=["programmes"],
    about="补助项目及等级系数。/ Subsidy programmes, and the coefficients of grades.",
)
coefficients_router = Router(prefix="/coefficients", tags=["programmes"])


@router.get("", operation_id="list_programmes", summary="列出补助项目")
@needs(Permission.PROGRAMME_READ)
async def list_(
    paging: Annotated[PageRequest, ordered(PROGRAMME_ORDERS)],
    work: CurrentWork,
    *,
    open_: Annotated[bool | None, Query(alias="open")] = None,
    purpose: Code | None = None,
    payee: Code | None = None,
) -> Page[ProgrammeView]:
    """List programmes."""
    return await list_programmes(work, paging, open=open_, purpose=purpose, payee=payee)


@router.get("/{code}", operation_id="show_programme", summary="查看一个补助项目")
@needs(Permission.PROGRAMME_READ)
async def one(code: Code, work: CurrentWork) -> ProgrammeView:
    """Show a programme with its rates."""
    return await show_programme(work, code=code)


@coefficients_router.get("", operation_id="list_coefficients", summary="列出信用等级系数")
@needs(Permission.PROGRAMME_READ)
async def coefficients(
    paging: Annotated[PageRequest, ordered(COEFFICIENT_ORDERS)],
    work: CurrentWork,
    grade: Grade | None = None,
) -> Page[CoefficientView]:
    """List what each credit grade counts for a subsidy."""
    return await list_coefficients(work, paging, grade=grade)
