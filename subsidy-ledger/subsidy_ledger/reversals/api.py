"""The route of corrections."""

from uuid import UUID

from shared.identity import Permission
from shared.web import Body, CurrentWork, LongText, Router, needs
from subsidy_ledger.books.queries import JournalView, show_journal
from subsidy_ledger.reversals.commands import reverse_voucher

__all__ = ["router"]


class Reversal(Body):
    """Why a voucher is taken back."""

    reason: LongText


router = Router(prefix="/books", tags=["books"])


@router.post(
    "/journals/{voucher_id}/reversal", operation_id="reverse_journal", summary="红字冲销凭证", status_code=201
)
@needs(Permission.LEDGER_REVERSE)
async def reverse(voucher_id: UUID, body: Reversal, work: CurrentWork) -> JournalView:
    """Take a voucher back in red ink, and its claim one step."""
    posted = await reverse_voucher(work, voucher_id=voucher_id, reason=body.reason)
    return await show_journal(work, voucher_id=posted.voucher_id)
