"""Budgets as lists and screens show them."""

from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.storage import Query, Work, in_scope
from shared.web import Page, PageRequest, View
from subsidy_ledger.budgets.domain import Budget
from subsidy_ledger.budgets.storage import budget_of, load_budget
from subsidy_ledger.tables import budgets

__all__ = ["BudgetView", "list_budgets", "show_budget"]

_rows = budgets.c
_FIRST: Final = UUID(int=0)
FILTERS: Final = ("programme", "year")


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


@cache
def _list_query(filters: tuple[str, ...]) -> Query:
    chosen = [_rows[name] == bindparam(name) for name in filters]
    return Query(
        select(budgets)
        .where(_rows.id > bindparam("after"), in_scope(_rows.territory), *chosen)
        .order_by(_rows.id)
        .limit(bindparam("limit"))
    )


async def list_budgets(work: Work, paging: PageRequest, **wanted: object) -> Page[BudgetView]:
    """Return a page of budgets in the order they were approved."""
    filters = {name: wanted[name] for name in FILTERS if wanted.get(name) is not None}
    after = paging.after(**filters)
    rows = await work.fetch_all(
        _list_query(tuple(filters)),
        after=UUID(after[0]) if after else _FIRST,
        limit=paging.limit + 1,
        **filters,
    )
    return paging.page(
        rows,
        view=lambda row: BudgetView.of(budget_of(row)),
        order=lambda row: [row["id"]],
        filters=filters,
    )


async def show_budget(work: Work, *, budget_id: UUID) -> BudgetView:
    """Return a budget; raise BudgetNotFound."""
    return BudgetView.of(await load_budget(work, budget_id=budget_id))
