"""Facts of credit-rating: companies, grades, credit items."""

from typing import Final

from shared.contracts.credit_rating import (
    CompanyEntered,
    CreditGradeChanged,
    CreditItemRecorded,
    CreditItemRevoked,
)
from supervision.estate_files.storage.keeping import Kept, Said, columns
from supervision.tables import companies, credit_items

__all__ = ["COMPANY", "CREDIT"]

_COMPANY: Final = columns("org")
_ITEM: Final = columns(id="item_id")
_OF: Final = columns("org", "code")

COMPANY: Final = Kept(
    companies,
    key=_COMPANY,
    facts={
        CompanyEntered: Said("entered_said", columns(name="company_name")),
        CreditGradeChanged: Said(
            "graded_said",
            columns("score_tenths", "rated", "scheme", grade="new_grade", graded_on="effective_on"),
        ),
    },
)
CREDIT: Final = Kept(
    credit_items,
    key=_ITEM,
    carries=_OF,
    facts={
        CreditItemRecorded: Said(
            "recorded_said", columns("kind", "points_tenths", "estate_id", "valid_from", "valid_to")
        ),
        CreditItemRevoked: Said("revoked_said", columns(revoked_reason="reason")),
    },
)
