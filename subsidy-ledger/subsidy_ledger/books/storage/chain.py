"""The chain over the books: each voucher with its entries, in the order in which they were posted."""

from typing import Final

from shared.chain import Chain, Part
from subsidy_ledger.tables import entries, vouchers

__all__ = ["BOOKS_CHAIN"]

BOOKS_CHAIN: Final = Chain(
    name="books",
    table=vouchers,
    moment="posted_at",
    part=Part(table=entries, key="voucher_id", order="line"),
)
