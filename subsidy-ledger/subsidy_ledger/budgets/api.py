"""The routes of budgets."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from pydantic import Field, StrictInt

from shared.identity import Permission
from shared.web import (
    Body,
    Code,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    needs,
    ordered,
)
from subsidy_ledger.budgets.commands import add_to_budget, approve_budget
from subsidy_ledger.budgets.queries import BUDGET_ORDERS, BudgetView, list_budgets, show_budget

__all__ = ["router"]

# 10 thousand million yuan: far above any budget, far below what a BIGINT holds.
MOST_FEN: Final = 10**15
AmountFen = Annotated[StrictInt, Field(gt=0, le=MOST_FEN)]
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2100
Year = Annotated[StrictInt, Field(ge=FIRST_YEAR, le=LAST_YEAR)]


class NewBudget(Body):
    """What a programme may spend in a year and territory, in fen, by which document."""

    programme: Code
    year: Year
    territory: Territory
    approved_fen: AmountFen
    document_no: ShortText


class Supplement(Body):
    """What is added to a budget, in fen, by which document."""

    amount_fen: AmountFen
    document_no: ShortText


class PostedBudget(BudgetView):
    """A budget and the voucher that was posted for it."""

    voucher_no: str


router = Router(
    prefix="/budgets",
    tags=["budgets"],
    about="各项目的年度预算及追加。/ Yearly budgets of programmes, and their supplements.",
)


@router.post("", operation_id="approve_budget", summary="批准预算", status_code=201)
@needs(Permission.BUDGET_APPROVE)
async def approve(body: NewBudget, work: CurrentWork) -> PostedBudget:
    """Approve a budget."""
    posted = await approve_budget(
        work,
        territory=body.territory,
        programme=body.programme,
        year=body.year,
        amount_fen=body.approved_fen,
        document_no=body.document_no,
    )
    return PostedBudget(**BudgetView.of(posted.budget).model_dump(), voucher_no=posted.voucher_no)


@router.post(
    "/{budget_id}/supplements", operation_id="supplement_budget", summary="追加预算", status_code=201
)
@needs(Permission.BUDGET_APPROVE)
async def add(budget_id: UUID, body: Supplement, work: CurrentWork) -> PostedBudget:
    """Add to a budget."""
    posted = await add_to_budget(
        work, budget_id=budget_id, amount_fen=body.amount_fen, document_no=body.document_no
    )
    return PostedBudget(**BudgetView.of(posted.budget).model_dump(), voucher_no=posted.voucher_no)


@router.get("", operation_id="list_budgets", summary="列出预算")
@needs(Permission.LEDGER_READ)
async def list_(
    paging: Annotated[PageRequest, ordered(BUDGET_ORDERS)],
    work: CurrentWork,
    *,
    programme: Code | None = None,
    year: Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)] = None,
    territory: Territory | None = None,
) -> Page[BudgetView]:
    """List budgets."""
    return await list_budgets(work, paging, programme=programme, year=year, territory=territory)


@router.get("/{budget_id}", operation_id="show_budget", summary="查看一笔预算")
@needs(Permission.LEDGER_READ)
async def one(budget_id: UUID, work: CurrentWork) -> BudgetView:
    """Show a budget."""
    return await show_budget(work, budget_id=budget_id)
