"""What a posting or a closing is refused for."""

from shared.kernel import Conflict, NotFound

__all__ = [
    "AmountNotPositive",
    "BooksNotBalanced",
    "MonthClosed",
    "MonthNotOver",
    "MonthOutOfOrder",
    "RedInkStands",
    "ReversedAlready",
    "TooFewLines",
    "VoucherNotFound",
]


class VoucherNotFound(NotFound):
    """No voucher of this id, or not in the caller's territory."""

    zh = "没有编号为 {id} 的凭证，请在凭证列表中核对。"
    en = "There is no voucher {id}. Look it up in the list of vouchers."


class TooFewLines(Conflict):
    """A voucher has a debit and a credit at least."""

    zh = "凭证至少需要两行分录，现有 {lines} 行。请补全借贷双方。"
    en = "A voucher needs two lines at least, this has {lines}. Complete both sides."


class AmountNotPositive(Conflict):
    """An amount is a positive number of fen; what takes back is red ink, not a minus sign."""

    zh = "科目 {account} 的金额应大于零（{amount_fen} 分）。冲销请使用红字凭证。"
    en = "The amount on account {account} must be above zero ({amount_fen} fen). To take back, reverse."


class BooksNotBalanced(Conflict):
    """Debits and credits differ in one of the parallel books."""

    zh = "“{book}”账借贷不平，相差 {off_fen} 分。请核对分录。"
    en = "Debits and credits of the book '{book}' differ by {off_fen} fen. Check the lines."


class MonthClosed(Conflict):
    """The month has been closed: nothing can be posted into it any more."""

    zh = "{ledger} 账套 {month} 月份已结账，不能再记账。请在次月办理。"
    en = "Month {month} of ledger {ledger} is closed and takes no more vouchers. Post in the next month."


class MonthNotOver(Conflict):
    """A month can be closed from its last day on."""

    zh = "{month} 月份尚未结束，最早可于 {last_day} 结账。"
    en = "Month {month} is not over. It can be closed from {last_day} on."


class MonthOutOfOrder(Conflict):
    """Months are closed one after the other."""

    zh = "请先结 {earlier} 月份的账，再结 {month} 月份。"
    en = "Close month {earlier} first, then {month}."


class ReversedAlready(Conflict):
    """A voucher is reversed once."""

    zh = "凭证 {voucher_no} 已冲销，不能重复冲销。"
    en = "Voucher {voucher_no} was reversed already and cannot be reversed again."


class RedInkStands(Conflict):
    """A reversal cannot be reversed; the transaction is posted anew."""

    zh = "凭证 {voucher_no} 是红字冲销凭证，不能再冲销。如冲销有误，请重新办理原业务。"
    en = "Voucher {voucher_no} is a reversal itself and stands. If it was wrong, do the transaction again."
