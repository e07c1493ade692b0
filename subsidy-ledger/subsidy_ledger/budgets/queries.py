"""Budgets as lists and screens show them."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from shared.storage import Listing, Orders, Work, equal, in_scope, within
from shared.web import Page, PageRequest, View
from subsidy_ledger.budgets.domain import Budget
from subsidy_ledger.budgets.storage import budget_of, load_budget
from subsidy_ledger.tables import budgets

__all__ = ["BUDGET_ORDERS", "BudgetView", "list_budgets", "show_budget"]

_rows = budgets.c


class BudgetView(View):
    """A budget and where its money stands, in fen."""

    id: UUID
    territory: str
    programme: str
    year: int
    document_no: str
    approved_fen: int
    available_fen: int
    committed_fen: int
    accrued_fen: int
    spent_fen: int
    announced_percent: int
    version: int

    @classmethod
    def of(cls, budget: Budget) -> "BudgetView":
        """Show a budget."""
        quota = budget.quota
        return cls(
            id=budget.id,
            territory=budget.territory,
            programme=budget.programme,
            year=budget.year,
            document_no=budget.document_no,
            approved_fen=quota.approved,
            available_fen=quota.available,
            committed_fen=quota.committed,
            accrued_fen=quota.accrued,
            spent_fen=quota.spent,
            announced_percent=budget.announced_percent,
            version=budget.version,
        )


_LIST: Final = Listing(
    select(budgets).where(in_scope(_rows.territory)),
    orders=Orders("id", id=(_rows.id,), programme=(_rows.programme, _rows.year, _rows.territory)),
    filters={
        "programme": equal(_rows.programme, "programme"),
        "year": equal(_rows.year, "year"),
        "territory": within(_rows.territory),
    },
)
BUDGET_ORDERS: Final = _LIST.orders


async def list_budgets(work: Work, paging: PageRequest, **filters: object) -> Page[BudgetView]:
    """Return a page of budgets in the order they were approved. Filters: programme, year, territory."""
    return await paging.read(work, _LIST, view=lambda row: BudgetView.of(budget_of(row)), filters=filters)


async def show_budget(work: Work, *, budget_id: UUID) -> BudgetView:
    """Return a budget; raise BudgetNotFound."""
    return BudgetView.of(await load_budget(work, budget_id=budget_id))
