"""Facts of subsidy-ledger: claims, their vouchers, used budgets."""

from collections.abc import Iterable, Sequence
from typing import Final

from shared.contracts.subsidy_ledger import (
    BudgetThresholdReached,
    SubsidyApplied,
    SubsidyCommitted,
    SubsidyDisbursed,
    SubsidyPostingReversed,
    SubsidyReviewed,
)
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work, columns_of, insert_rows
from supervision.estate_files.storage.keeping import Kept, Once, Said, columns
from supervision.tables import budgets, claim_vouchers, claims

__all__ = ["BUDGET", "CLAIM", "COMMITTED", "DISBURSED", "REVERSED"]

_CLAIM: Final = columns(id="claim_id")
_OF: Final = columns("estate_id", "programme", "payee")

CLAIM: Final = Kept(
    claims,
    key=_CLAIM,
    carries=_OF,
    facts={
        SubsidyApplied: Said("applied_said", columns("claim_no", applied_fen="amount_fen")),
        SubsidyReviewed: Said("reviewed_said", columns("step", "passed", reviewed_fen="amount_fen")),
    },
)
BUDGET: Final = Kept(
    budgets,
    key=columns(id="budget_id"),
    facts={
        BudgetThresholdReached: Said(
            "reached_said", columns("programme", "year", "used_percent", "approved_fen", "used_fen")
        )
    },
)
_CLAIMS: Final = Once(claims, "id", "estate_id", "programme", "payee")
_VOUCHER: Final = ("claim_id", "kind", "voucher_no")

AboutClaim = SubsidyCommitted | SubsidyDisbursed | SubsidyPostingReversed


class _Vouchers:
    """Put vouchers, or find them put by the other of their two facts, and set the column this fact tells."""

    def __init__(self, told: str) -> None:
        self._names: Final = (*_VOUCHER, "amount_fen", told)
        new = insert_rows(claim_vouchers, *self._names)
        self._query: Final = Query(
            new.on_conflict_do_update(index_elements=_VOUCHER, set_={told: new.excluded[told]})
        )

    async def put(self, work: Work, rows: Iterable[tuple[object, ...]]) -> None:
        last = {row[: len(_VOUCHER)]: row for row in rows}
        await work.execute(self._query, **columns_of(self._names, last.values()))


_POSTED: Final = _Vouchers("coefficient_hundredths")
_REVERSED: Final = _Vouchers("reversed_by")


async def _keep_commitments(work: Work, heard: Sequence[Heard[SubsidyCommitted]]) -> None:
    """Keep the vouchers that bound quota for claims."""
    events = [each.event for each in heard]
    await _put_claims(work, events)
    rows = [(each.claim_id, "committed", each.voucher_no, each.amount_fen, None) for each in events]
    await _POSTED.put(work, rows)


async def _keep_payments(work: Work, heard: Sequence[Heard[SubsidyDisbursed]]) -> None:
    """Keep the vouchers that paid claims, with the coefficients they were paid by."""
    events = [each.event for each in heard]
    await _put_claims(work, events)
    await _POSTED.put(work, [_payment_row(event) for event in events])


def _payment_row(event: SubsidyDisbursed) -> tuple[object, ...]:
    return event.claim_id, "disbursed", event.voucher_no, event.amount_fen, event.coefficient_hundredths


async def _keep_reversals(work: Work, heard: Sequence[Heard[SubsidyPostingReversed]]) -> None:
    """Keep that vouchers were taken back, heard of or not; accruals are not kept."""
    events = [each.event for each in heard if each.event.kind != "accrued"]
    await _put_claims(work, events)
    await _REVERSED.put(work, [_reversal_row(event) for event in events])


def _reversal_row(event: SubsidyPostingReversed) -> tuple[object, ...]:
    return event.claim_id, event.kind, event.reversed_voucher_no, event.amount_fen, event.voucher_no


async def _put_claims(work: Work, events: Sequence[AboutClaim]) -> None:
    rows = [(event.claim_id, event.estate_id, event.programme, event.payee) for event in events]
    await _CLAIMS.put(work, rows)


COMMITTED: Final = SetWise(_keep_commitments)
DISBURSED: Final = SetWise(_keep_payments)
REVERSED: Final = SetWise(_keep_reversals)
