"""The whole life of a claim (7A), and which duty each step is (6.2)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from shared.kernel import Lifecycle

__all__ = ["CLOSED", "DUTY_OF", "LIFECYCLE", "NEXT_LIMIT", "Duty", "Status", "Step"]


class Status(StrEnum):
    """How far a claim has come: each state is named after the last step that was passed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    MONEY_REVIEW = "money_review"
    PUBLICITY = "publicity"
    APPROVED = "approved"
    ACCRUED = "accrued"
    PAID = "paid"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can be done with a claim."""

    CORRECT = "correct"
    SUBMIT = "submit"
    CHECK = "check"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    MONEY_REVIEW = "money_review"
    START_PUBLICITY = "start_publicity"
    END_PUBLICITY = "end_publicity"
    APPROVE = "approve"
    ACCRUE = "accrue"
    PAY = "pay"
    RETURN = "return"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVERSE = "reverse"


class Duty(StrEnum):
    """What a person answers for in a claim. No person has two."""

    APPLY = "apply"
    CHECK = "check"
    FIRST_REVIEW = "first_review"
    SECOND_REVIEW = "second_review"
    MONEY_REVIEW = "money_review"
    PUBLICITY = "publicity"
    APPROVAL = "approval"
    ACCRUAL = "accrual"
    PAYMENT = "payment"
    REVERSAL = "reversal"


# Where a desk may send a claim back or refuse it, and the applicant may still take it back.
_ON_A_DESK: Final = (
    Status.SUBMITTED,
    Status.CHECKED,
    Status.FIRST_REVIEW,
    Status.SECOND_REVIEW,
    Status.PUBLICITY,
)

LIFECYCLE: Final = Lifecycle[Status, Step](
    {
        (Status.DRAFT, Step.CORRECT): Status.DRAFT,
        (Status.DRAFT, Step.SUBMIT): Status.SUBMITTED,
        (Status.DRAFT, Step.WITHDRAW): Status.WITHDRAWN,
        (Status.RETURNED, Step.CORRECT): Status.RETURNED,
        (Status.RETURNED, Step.SUBMIT): Status.SUBMITTED,
        (Status.RETURNED, Step.WITHDRAW): Status.WITHDRAWN,
        (Status.SUBMITTED, Step.CHECK): Status.CHECKED,
        (Status.CHECKED, Step.FIRST_REVIEW): Status.FIRST_REVIEW,
        (Status.FIRST_REVIEW, Step.SECOND_REVIEW): Status.SECOND_REVIEW,
        (Status.SECOND_REVIEW, Step.MONEY_REVIEW): Status.MONEY_REVIEW,
        (Status.MONEY_REVIEW, Step.START_PUBLICITY): Status.PUBLICITY,
        (Status.PUBLICITY, Step.END_PUBLICITY): Status.PUBLICITY,
        (Status.PUBLICITY, Step.APPROVE): Status.APPROVED,
        (Status.APPROVED, Step.ACCRUE): Status.ACCRUED,
        (Status.ACCRUED, Step.PAY): Status.PAID,
        (Status.APPROVED, Step.REVERSE): Status.PUBLICITY,
        (Status.ACCRUED, Step.REVERSE): Status.APPROVED,
        (Status.PAID, Step.REVERSE): Status.ACCRUED,
        **{(status, Step.RETURN): Status.RETURNED for status in _ON_A_DESK},
        **{(status, Step.REFUSE): Status.REFUSED for status in _ON_A_DESK},
        **{
            (status, Step.WITHDRAW): Status.WITHDRAWN
            for status in (*_ON_A_DESK, Status.MONEY_REVIEW)
            if status is not Status.PUBLICITY
        },
    }
)

# What ends a claim for good, and gives its months free.
CLOSED: Final = frozenset({Status.REFUSED, Status.WITHDRAWN})

DUTY_OF: Final[Mapping[Step, Duty]] = {
    Step.CORRECT: Duty.APPLY,
    Step.SUBMIT: Duty.APPLY,
    Step.WITHDRAW: Duty.APPLY,
    Step.CHECK: Duty.CHECK,
    Step.FIRST_REVIEW: Duty.FIRST_REVIEW,
    Step.SECOND_REVIEW: Duty.SECOND_REVIEW,
    Step.MONEY_REVIEW: Duty.MONEY_REVIEW,
    Step.START_PUBLICITY: Duty.PUBLICITY,
    Step.END_PUBLICITY: Duty.PUBLICITY,
    Step.APPROVE: Duty.APPROVAL,
    Step.ACCRUE: Duty.ACCRUAL,
    Step.PAY: Duty.PAYMENT,
    Step.REVERSE: Duty.REVERSAL,
}

# The rule that says how many working days the next desk has (6.2).
NEXT_LIMIT: Final[Mapping[Status, str]] = {
    Status.SUBMITTED: "sl.check_wd",
    Status.CHECKED: "sl.first_review_wd",
    Status.FIRST_REVIEW: "sl.second_review_wd",
    Status.SECOND_REVIEW: "sl.money_review_wd",
    Status.APPROVED: "sl.payment_wd",
}
