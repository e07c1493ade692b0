"""Which voucher may be taken back: the last one of its claim, and a budget's while it is unused."""

from collections.abc import Mapping
from typing import Final

from shared.kernel import Conflict
from subsidy_ledger.books.domain import PostingKind, Voucher
from subsidy_ledger.claims.domain import Status

__all__ = ["ReversalOutOfOrder", "require_last_of_claim"]


class ReversalOutOfOrder(Conflict):
    """A later voucher of the claim stands on this one."""

    zh = "凭证 {voucher_no} 不是该申请的最后一张凭证（申请状态为“{status}”）。请从最后一张凭证起依次冲销。"
    en = "Voucher {voucher_no} is not the last one of its claim, now '{status}'. Reverse from the last on."


_LAST_POSTED: Final[Mapping[Status, PostingKind]] = {
    Status.APPROVED: PostingKind.COMMITMENT,
    Status.ACCRUED: PostingKind.ACCRUAL,
    Status.PAID: PostingKind.PAYMENT,
}


def require_last_of_claim(voucher: Voucher, *, status: Status) -> None:
    """Refuse to take back what later vouchers of the claim stand on; raise ReversalOutOfOrder."""
    if _LAST_POSTED.get(status) is not voucher.posting.kind:
        raise ReversalOutOfOrder(voucher_no=voucher.voucher_no, status=status.value)
