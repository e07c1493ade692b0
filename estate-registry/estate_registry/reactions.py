"""Everything the register listens to: who entered, and who may no longer serve."""

from typing import Final

from estate_registry.companies.storage import put_grade, put_name
from estate_registry.tables import known_companies
from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged
from shared.messaging import ReadModel, Subscriptions
from shared.storage import Work

__all__ = ["READ_MODEL", "SUBSCRIPTIONS"]


async def on_company_entered(work: Work, event: CompanyEntered) -> None:
    """Let the company be chosen as an operator."""
    await put_name(work, org=event.org, name=event.company_name)


async def on_grade_changed(work: Work, event: CreditGradeChanged) -> None:
    """Keep the grade: a blacklisted company is not assigned."""
    await put_grade(work, org=event.org, grade=event.new_grade, on=event.effective_on)


SUBSCRIPTIONS: Final[Subscriptions] = {
    CompanyEntered: on_company_entered,
    CreditGradeChanged: on_grade_changed,
}

READ_MODEL: Final = ReadModel(tables=[known_companies], reactions=SUBSCRIPTIONS)
