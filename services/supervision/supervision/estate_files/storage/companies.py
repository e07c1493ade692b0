"""Facts of credit-rating: companies, grades, credit items."""

from typing import Final

from supervision.estate_files.storage.keeping import Kept, columns
from supervision.tables import companies, credit_items

__all__ = ["COMPANY_ENTERED", "COMPANY_GRADED", "CREDIT_RECORDED", "CREDIT_REVOKED"]

_COMPANY: Final = columns("org")
_ITEM: Final = columns(id="item_id")
_OF: Final = columns("org", "code")

COMPANY_ENTERED: Final = Kept(companies, key=_COMPANY, said="entered_said", owns=columns(name="company_name"))
COMPANY_GRADED: Final = Kept(
    companies,
    key=_COMPANY,
    said="graded_said",
    owns=columns("score_tenths", "rated", "scheme", grade="new_grade", graded_on="effective_on"),
)
CREDIT_RECORDED: Final = Kept(
    credit_items,
    key=_ITEM,
    said="recorded_said",
    owns=columns("kind", "points_tenths", "estate_id", "valid_from", "valid_to"),
    carries=_OF,
)
CREDIT_REVOKED: Final = Kept(
    credit_items, key=_ITEM, said="revoked_said", owns=columns(revoked_reason="reason"), carries=_OF
)
