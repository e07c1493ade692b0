"""What a claim is, how it lives, and what it is refused for."""

from subsidy_ledger.claims.domain.claim import (
    Claim,
    Decision,
    Form,
    require_single_duty,
    require_within_limit,
)
from subsidy_ledger.claims.domain.lifecycle import DUTY_OF, LIFECYCLE, NEXT_LIMIT, Duty, Status, Step

__all__ = [
    "DUTY_OF",
    "LIFECYCLE",
    "NEXT_LIMIT",
    "Claim",
    "Decision",
    "Duty",
    "Form",
    "Status",
    "Step",
    "require_single_duty",
    "require_within_limit",
]
