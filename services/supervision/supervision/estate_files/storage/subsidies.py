"""Facts of subsidy-ledger: claims, their vouchers, used budgets."""

from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.subsidy_ledger import SubsidyCommitted, SubsidyDisbursed, SubsidyPostingReversed
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, columns
from supervision.tables import budgets, claim_vouchers, claims

__all__ = [
    "BUDGET_USED",
    "CLAIM_APPLIED",
    "CLAIM_REVIEWED",
    "keep_commitment",
    "keep_payment",
    "keep_reversal",
]

_CLAIM: Final = columns(id="claim_id")
_OF: Final = columns("estate_id", "programme", "payee")

CLAIM_APPLIED: Final = Kept(
    claims, key=_CLAIM, said="applied_said", owns=columns("claim_no", applied_fen="amount_fen"), carries=_OF
)
CLAIM_REVIEWED: Final = Kept(
    claims,
    key=_CLAIM,
    said="reviewed_said",
    owns=columns("step", "passed", reviewed_fen="amount_fen"),
    carries=_OF,
)
BUDGET_USED: Final = Kept(
    budgets,
    key=columns(id="budget_id"),
    said="reached_said",
    owns=columns("programme", "year", "used_percent", "approved_fen", "used_fen"),
)
_PUT_CLAIM: Final = Query(
    insert(claims)
    .values({name: bindparam(name) for name in ("id", "estate_id", "programme", "payee")})
    .on_conflict_do_nothing()
)
_VOUCHER: Final = ("claim_id", "kind", "voucher_no")


def _voucher_with(told: str) -> Query:
    """Put a voucher, or find it put by the other of its two facts, and set the column this fact tells."""
    named: dict[str, object] = {name: bindparam(name) for name in (*_VOUCHER, "amount_fen", told)}
    new = insert(claim_vouchers).values(named)
    return Query(new.on_conflict_do_update(index_elements=_VOUCHER, set_={told: new.excluded[told]}))


_PUT_POSTED: Final = _voucher_with("coefficient_hundredths")
_PUT_REVERSED: Final = _voucher_with("reversed_by")


async def keep_commitment(work: Work, event: SubsidyCommitted) -> None:
    """Keep the voucher that bound quota for a claim."""
    await _put_claim(work, event)
    await work.execute(
        _PUT_POSTED,
        claim_id=event.claim_id,
        kind="committed",
        voucher_no=event.voucher_no,
        amount_fen=event.amount_fen,
        coefficient_hundredths=None,
    )


async def keep_payment(work: Work, event: SubsidyDisbursed) -> None:
    """Keep the voucher that paid a claim, with the coefficient it was paid by."""
    await _put_claim(work, event)
    await work.execute(
        _PUT_POSTED,
        claim_id=event.claim_id,
        kind="disbursed",
        voucher_no=event.voucher_no,
        amount_fen=event.amount_fen,
        coefficient_hundredths=event.coefficient_hundredths,
    )


async def keep_reversal(work: Work, event: SubsidyPostingReversed) -> None:
    """Keep that a voucher was taken back, heard of or not; accruals are not kept."""
    if event.kind == "accrued":
        return
    await _put_claim(work, event)
    await work.execute(
        _PUT_REVERSED,
        claim_id=event.claim_id,
        kind=event.kind,
        voucher_no=event.reversed_voucher_no,
        amount_fen=event.amount_fen,
        reversed_by=event.voucher_no,
    )


async def _put_claim(work: Work, event: SubsidyCommitted | SubsidyDisbursed | SubsidyPostingReversed) -> None:
    await work.execute(
        _PUT_CLAIM,
        id=event.claim_id,
        estate_id=event.estate_id,
        programme=event.programme,
        payee=event.payee,
    )
