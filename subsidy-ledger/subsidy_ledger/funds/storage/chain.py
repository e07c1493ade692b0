"""The chain over the fund's postings, in the order in which they were posted."""

from typing import Final

from shared.chain import Chain
from subsidy_ledger.tables import fund_postings

__all__ = ["FUNDS_CHAIN"]

FUNDS_CHAIN: Final = Chain(name="funds", table=fund_postings, moment="posted_at")
