"""Budgets as rows. The quota moves in the statement of the posting that moves it, or nothing happens."""

from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.kernel import TerritoryCode
from shared.storage import Query, Row, Work, everywhere, in_scope
from subsidy_ledger.books.storage import posting_statement
from subsidy_ledger.budgets.domain import Budget, BudgetNotFound, Movement, Quota
from subsidy_ledger.tables import budgets

__all__ = [
    "POST_ON_QUOTA",
    "announce",
    "budget_of",
    "find_budget",
    "insert_budget",
    "load_budget",
    "movement_values",
    "reread_budget",
]

_PARTS: Final = ("approved", "available", "committed", "accrued", "spent")
_rows = budgets.c

_LOAD: Final = Query(select(budgets).where(_rows.id == bindparam("id"), in_scope(_rows.territory)))
_REREAD: Final = everywhere(
    select(budgets).where(_rows.id == bindparam("id")),
    reason="A claim draws on the budget that was found for it, which may be a wider territory's.",
)
_FIND: Final = everywhere(
    select(budgets)
    .where(
        _rows.programme == bindparam("programme"),
        _rows.year == bindparam("year"),
        func.starts_with(bindparam("of_territory"), _rows.territory),
    )
    .order_by(func.length(_rows.territory).desc())
    .limit(1),
    reason="A claim of one estate is paid from the nearest budget of the territories it lies in.",
)
_INSERT: Final = Query(
    insert(budgets).on_conflict_do_nothing(index_elements=["programme", "year", "territory"])
)
_ANNOUNCE: Final = everywhere(
    update(budgets).where(_rows.id == bindparam("budget_id")).values(announced_percent=bindparam("percent")),
    reason="The posting before holds the row: a claim of one estate uses up a wider territory's budget.",
)


def _moved_quota() -> "Query":
    by = {part: _rows[f"{part}_fen"] + bindparam(f"by_{part}", type_=BigInteger) for part in _PARTS}
    moved = (
        update(budgets)
        .where(_rows.id == bindparam("budget_id"), *(amount >= 0 for amount in by.values()))
        .values({f"{part}_fen": amount for part, amount in by.items()} | {"version": _rows.version + 1})
        .returning(budgets)
        .cte("moved")
    )
    statement = posting_statement(moved).add_columns(moved)
    return everywhere(
        statement, reason="A claim of one estate moves the quota of the wider territory it was found in."
    )


# Locks the quota, then the month: every posting in this order, so that none waits for another in a circle.
POST_ON_QUOTA: Final = _moved_quota()


def movement_values(movement: Movement) -> dict[str, object]:
    """Return the values of a movement for the statement."""
    return {f"by_{part}": getattr(movement, part) for part in _PARTS}


def budget_of(row: Row) -> Budget:
    """Read a row."""
    return Budget(
        quota=Quota(**{part: row[f"{part}_fen"] for part in _PARTS}),
        **{
            name: row[name]
            for name in (
                "id",
                "territory",
                "programme",
                "year",
                "document_no",
                "announced_percent",
                "version",
            )
        },
    )


async def load_budget(work: Work, *, budget_id: UUID) -> Budget:
    """Return a budget; raise BudgetNotFound."""
    return budget_of(await work.load(_LOAD, missing=BudgetNotFound, id=budget_id))


async def reread_budget(work: Work, *, budget_id: UUID) -> Budget:
    """Return the budget that a claim or voucher names; raise BudgetNotFound."""
    row = await work.fetch_one(_REREAD, id=budget_id)
    if row is None:
        raise BudgetNotFound(id=budget_id)
    return budget_of(row)


async def find_budget(work: Work, *, programme: str, year: int, territory: TerritoryCode) -> Budget | None:
    """Return the nearest budget that covers a territory, if there is one."""
    row = await work.fetch_one(_FIND, programme=programme, year=year, of_territory=territory)
    return None if row is None else budget_of(row)


async def insert_budget(work: Work, budget: Budget) -> bool:
    """Insert an empty budget; say whether there was none of its programme, year and territory."""
    values = {f"{part}_fen": getattr(budget.quota, part) for part in _PARTS}
    inserted = await work.execute(
        _INSERT,
        id=budget.id,
        territory=budget.territory,
        programme=budget.programme,
        year=budget.year,
        document_no=budget.document_no,
        announced_percent=budget.announced_percent,
        approved_at=work.now,
        approved_by=work.actor.person,
        version=budget.version,
        **values,
    )
    return bool(inserted)


async def announce(work: Work, *, budget_id: UUID, percent: int) -> None:
    """Keep that the use of a budget up to this share has been announced."""
    await work.execute(_ANNOUNCE, budget_id=budget_id, percent=percent)
