"""What a claim's routes take."""

import re
from datetime import date
from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import AfterValidator, StringConstraints, model_validator

from shared.kernel import Period, add_months
from shared.web import Body, Code, LongText, Month, ShortText, Uscc, Whole
from subsidy_ledger.claims.commands.applying import Stated
from subsidy_ledger.claims.domain import Decision

__all__ = ["Approval", "MoneyReview", "NewClaim", "Payment", "Review", "StatedBody", "Withdrawal"]

MOST_MONTHS: Final = 12
_ACCOUNT: Final = re.compile(r"\A[0-9]{8,30}\Z")


def _account(text: str) -> str:
    digits = "".join(text.split())
    if _ACCOUNT.match(digits) is None:
        message = "银行账号应为 8 至 30 位数字。 / A bank account has 8 to 30 digits."
        raise ValueError(message)
    return digits


BankAccount = Annotated[str, StringConstraints(max_length=60), AfterValidator(_account)]


class StatedBody(Body):
    """What an applicant may still correct. Months as `2026-01`, both included."""

    first_month: Month
    last_month: Month
    common_income_fen: Whole = 0
    account_holder: ShortText
    bank_account: BankAccount

    @model_validator(mode="after")
    def _months_in_order(self) -> Self:
        first, end = self.period()
        if not first < end <= add_months(first, MOST_MONTHS):
            message = f"期间应为 1 至 {MOST_MONTHS} 个月。 / The period has 1 to {MOST_MONTHS} months."
            raise ValueError(message)
        return self

    def period(self) -> tuple[date, date]:
        """Return the first day, and the first day after."""
        first, last = (date.fromisoformat(f"{month}-01") for month in (self.first_month, self.last_month))
        return first, add_months(last, 1)

    def stated(self) -> Stated:
        """Return what is stated."""
        return Stated(
            period=Period(*self.period()),
            common_income_fen=self.common_income_fen,
            account_holder=self.account_holder,
            bank_account=self.bank_account,
        )


class NewClaim(StatedBody):
    """A claim on a programme for an estate."""

    programme: Code
    estate_id: UUID
    payee: Uscc


class Review(Body):
    """What a desk decides, and why."""

    decision: Decision = Decision.PASSED
    opinion: LongText


class MoneyReview(Review):
    """The finance bureau's decision with its control number."""

    control_no: Code | None = None


class Approval(Review):
    """The approval with its number; above the vice head's limit, the minutes of the government meeting."""

    approval_no: Code | None = None
    meeting_no: Code | None = None


class Payment(Body):
    """The bank's receipt."""

    receipt_no: Code


class Withdrawal(Body):
    """Why the claim is taken back."""

    reason: LongText
