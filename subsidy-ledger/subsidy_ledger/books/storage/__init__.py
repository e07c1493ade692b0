"""The books as rows."""

from subsidy_ledger.books.storage.chain import BOOKS_CHAIN
from subsidy_ledger.books.storage.journals import load_voucher, read_lines
from subsidy_ledger.books.storage.months import close_month, is_closed, open_months, signed
from subsidy_ledger.books.storage.posting import Source, posting_statement, posting_values

__all__ = [
    "BOOKS_CHAIN",
    "Source",
    "close_month",
    "is_closed",
    "load_voucher",
    "open_months",
    "posting_statement",
    "posting_values",
    "read_lines",
    "signed",
]
