"""What can be done with a claim, in the order of its life."""

from subsidy_ledger.claims.commands.applying import (
    correct_claim,
    open_claim,
    submit_claim,
    withdraw_claim,
)
from subsidy_ledger.claims.commands.paying import accrue_claim, approve_claim, pay_claim
from subsidy_ledger.claims.commands.reviewing import (
    end_publicity,
    review_claim,
    review_money,
    review_standard,
    start_publicity,
)

__all__ = [
    "accrue_claim",
    "approve_claim",
    "correct_claim",
    "end_publicity",
    "open_claim",
    "pay_claim",
    "review_claim",
    "review_money",
    "review_standard",
    "start_publicity",
    "submit_claim",
    "withdraw_claim",
]
