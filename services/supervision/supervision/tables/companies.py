"""What credit-rating said: companies, their grade, their credit items."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, Table

from supervision.tables.columns import code, day, flag, metadata, reference, said, text, whole

__all__ = ["companies", "credit_items"]

companies: Final = Table(
    "companies",
    metadata,
    code("org", primary_key=True),
    said("entered_said"),
    text("name"),
    said("graded_said"),
    text("grade"),
    whole("score_tenths"),
    flag("rated"),
    text("scheme"),
    day("graded_on"),
    Index("ix_companies_grade", "grade", "org"),
)

# Points in tenths, positive; `kind` says for or against.
credit_items: Final = Table(
    "credit_items",
    metadata,
    reference("id", primary_key=True),
    code("org", nullable=False),
    text("code", nullable=False),
    said("recorded_said"),
    text("kind"),
    whole("points_tenths"),
    reference("estate_id"),
    day("valid_from"),
    day("valid_to"),
    said("revoked_said"),
    text("revoked_reason"),
    CheckConstraint("kind IN ('base', 'good', 'bad', 'blacklist')", name="kind"),
    Index("ix_credit_items_org", "org", "id"),
    Index("ix_credit_items_estate", "estate_id", "id"),
)
