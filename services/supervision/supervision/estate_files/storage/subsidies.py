"""Facts of subsidy-ledger: claims, their vouchers, used budgets."""

from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.subsidy_ledger import SubsidyCommitted, SubsidyDisbursed
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, columns, insert_once
from supervision.tables import budgets, claim_vouchers, claims

__all__ = ["BUDGET_USED", "CLAIM_APPLIED", "CLAIM_REVIEWED", "keep_commitment", "keep_payment"]

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
_PUT_VOUCHER: Final = insert_once(claim_vouchers)


async def keep_commitment(work: Work, event: SubsidyCommitted) -> None:
    """Keep the voucher that bound quota for a claim."""
    await _put_voucher(work, event, kind="committed", coefficient_hundredths=None)


async def keep_payment(work: Work, event: SubsidyDisbursed) -> None:
    """Keep the voucher that paid a claim, with the coefficient it was paid by."""
    await _put_voucher(work, event, kind="disbursed", coefficient_hundredths=event.coefficient_hundredths)


async def _put_voucher(
    work: Work,
    event: SubsidyCommitted | SubsidyDisbursed,
    *,
    kind: str,
    coefficient_hundredths: int | None,
) -> None:
    await work.execute(
        _PUT_CLAIM,
        id=event.claim_id,
        estate_id=event.estate_id,
        programme=event.programme,
        payee=event.payee,
    )
    await work.execute(
        _PUT_VOUCHER,
        claim_id=event.claim_id,
        kind=kind,
        voucher_no=event.voucher_no,
        amount_fen=event.amount_fen,
        coefficient_hundredths=coefficient_hundredths,
    )
