"""What is done with budgets: approve, add to, and post against their quota."""

from dataclasses import dataclass, replace
from typing import NoReturn
from uuid import UUID

from shared.contracts.subsidy_ledger import BudgetThresholdReached
from shared.kernel import TerritoryCode, local_date, new_id
from shared.storage import ChangedMeanwhile, Work
from subsidy_ledger.books.domain import (
    MonthClosed,
    Posting,
    PostingKind,
    ReversedAlready,
    ledger_of,
    month_of,
    posting,
    voucher_no,
)
from subsidy_ledger.books.storage import Source, is_closed, posting_values
from subsidy_ledger.budgets.domain import Budget, BudgetExists, Quota, movement_of, thresholds_crossed
from subsidy_ledger.budgets.storage import (
    POST_ON_QUOTA,
    announce,
    budget_of,
    insert_budget,
    load_budget,
    movement_values,
    reread_budget,
)
from subsidy_ledger.programmes.storage import load_programme

__all__ = ["Posted", "add_to_budget", "approve_budget", "post_on_quota"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A voucher that was posted, and the budget after it."""

    voucher_id: UUID
    voucher_no: str
    budget: Budget


async def approve_budget(
    work: Work, *, territory: TerritoryCode, programme: str, year: int, amount_fen: int, document_no: str
) -> Posted:
    """Approve what a programme may spend in a year and territory, and post it (Dr 9101 / Cr 9001).

    Raises OutsideTerritory, ProgrammeNotFound, BudgetExists.
    """
    work.require_territory(territory)
    await load_programme(work, code=programme)
    empty = Budget(
        id=new_id(),
        territory=territory,
        programme=programme,
        year=year,
        document_no=document_no,
        quota=Quota(),
        version=0,
    )
    if not await insert_budget(work, empty):
        raise BudgetExists(territory=territory, programme=programme, year=year)
    return await _credit(
        work, empty, kind=PostingKind.BUDGET_APPROVAL, amount_fen=amount_fen, memo=document_no
    )


async def add_to_budget(work: Work, *, budget_id: UUID, amount_fen: int, document_no: str) -> Posted:
    """Add to an approved budget; raise BudgetNotFound."""
    budget = await load_budget(work, budget_id=budget_id)
    return await _credit(
        work, budget, kind=PostingKind.BUDGET_SUPPLEMENT, amount_fen=amount_fen, memo=document_no
    )


async def _credit(work: Work, budget: Budget, *, kind: PostingKind, amount_fen: int, memo: str) -> Posted:
    source = Source(
        territory=budget.territory, budget_id=budget.id, budget_territory=budget.territory, memo=memo
    )
    return await post_on_quota(work, new=posting(kind, amount_fen=amount_fen), source=source)


async def post_on_quota(work: Work, *, new: Posting, source: Source) -> Posted:
    """Post a voucher and move its quota in one statement; announce thresholds that are reached.

    The last thing a command does before it commits: quota and month stay locked until then. Raises
    BudgetExhausted, MonthClosed, ReversedAlready.
    """
    voucher_id = new_id()
    values = posting_values(work, voucher_id=voucher_id, new=new, source=source)
    row = await work.fetch_one(POST_ON_QUOTA, **values, **_quota_values(new))
    if row is None:
        await _say_why_not(work, new=new, source=source)
    posted = Posted(
        voucher_id=voucher_id,
        voucher_no=voucher_no(
            ledger=ledger_of(source.budget_territory),
            month=month_of(local_date(work.now)),
            number=row["number"],
        ),
        budget=budget_of(row),
    )
    return replace(posted, budget=await _announce_thresholds(work, posted.budget))


def _quota_values(new: Posting) -> dict[str, object]:
    return movement_values(movement_of(new))


async def _say_why_not(work: Work, *, new: Posting, source: Source) -> NoReturn:
    budget = await reread_budget(work, budget_id=source.budget_id)
    budget.quota.after(movement_of(new))
    if source.reverses is not None:
        raise ReversedAlready(voucher_no=source.memo)
    ledger, month = ledger_of(source.budget_territory), month_of(local_date(work.now))
    if await is_closed(work, ledger=ledger, month=month):
        raise MonthClosed(ledger=ledger, month=f"{month:%Y-%m}")
    raise ChangedMeanwhile


async def _announce_thresholds(work: Work, budget: Budget) -> Budget:
    crossed = thresholds_crossed(budget.quota, announced_percent=budget.announced_percent)
    if not crossed:
        return budget
    for threshold in crossed:
        fact = BudgetThresholdReached(
            budget_id=budget.id,
            programme=budget.programme,
            year=budget.year,
            used_percent=threshold.value,
            approved_fen=budget.quota.approved,
            used_fen=budget.quota.used,
        )
        work.publish(fact, about=budget)
    await announce(work, budget_id=budget.id, percent=crossed[-1])
    return replace(budget, announced_percent=int(crossed[-1]))
