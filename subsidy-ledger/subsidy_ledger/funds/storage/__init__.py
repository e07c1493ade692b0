"""The maintenance fund as rows."""

from subsidy_ledger.funds.storage.accounts import account_of, accounts_by_id, insert_account
from subsidy_ledger.funds.storage.chain import FUNDS_CHAIN
from subsidy_ledger.funds.storage.gathering import Posted, gathered
from subsidy_ledger.funds.storage.many import hold_ledgers, post_many
from subsidy_ledger.funds.storage.one import POST_ONE, load_transfer, post_one
from subsidy_ledger.funds.storage.together import post_together

__all__ = [
    "FUNDS_CHAIN",
    "POST_ONE",
    "Posted",
    "account_of",
    "accounts_by_id",
    "gathered",
    "hold_ledgers",
    "insert_account",
    "load_transfer",
    "post_many",
    "post_one",
    "post_together",
]
