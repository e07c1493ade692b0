"""What a posting gives beside its ledger and number, which follow from accounts and month."""

from typing import Final
from uuid import UUID

from shared.kernel import local_date
from shared.storage import Work
from subsidy_ledger.funds.domain import Transfer

__all__ = ["GIVEN", "SHARED", "given", "shared"]

GIVEN: Final = ("id", "from_account", "to_account", "amount_fen", "memo", "reverses")
# The same for all lines of a statement.
SHARED: Final = ("month", "posted_at", "person", "role", "reason", "origin")


def given(transfer: Transfer, posting_id: UUID) -> dict[str, object]:
    """Return what one posting gives."""
    return {
        "id": posting_id,
        "from_account": transfer.from_account,
        "to_account": transfer.to_account,
        "amount_fen": transfer.amount_fen,
        "memo": transfer.memo,
        "reverses": transfer.reverses,
    }


def shared(work: Work) -> dict[str, object]:
    """Return what all postings of a unit of work have in common."""
    month = local_date(work.now).replace(day=1)
    return {
        "month": month,
        "posted_at": work.now,
        "person": work.actor.person,
        "role": work.actor.role,
        "reason": work.reason,
        "origin": work.occasion.origin,
    }
