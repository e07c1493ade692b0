"""What subsidy-ledger said: claims, the vouchers of their commitment and payment, and used budgets."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, PrimaryKeyConstraint, Table

from supervision.tables.columns import fen, flag, metadata, reference, said, text, whole

__all__ = ["budgets", "claim_vouchers", "claims"]

claims: Final = Table(
    "claims",
    metadata,
    reference("id", primary_key=True),
    reference("estate_id", nullable=False),
    text("programme", nullable=False),
    text("payee", nullable=False),
    said("applied_said"),
    text("claim_no"),
    fen("applied_fen"),
    said("reviewed_said"),
    text("step"),
    flag("passed"),
    fen("reviewed_fen"),
    Index("ix_claims_estate", "estate_id", "id"),
)

# One row a voucher: sums are taken over rows, so that nothing counts twice; what was reversed counts no more.
claim_vouchers: Final = Table(
    "claim_vouchers",
    metadata,
    reference("claim_id", nullable=False),
    text("kind", nullable=False),
    text("voucher_no", nullable=False),
    fen("amount_fen", nullable=False),
    whole("coefficient_hundredths"),
    text("reversed_by"),
    PrimaryKeyConstraint("claim_id", "kind", "voucher_no"),
    CheckConstraint("kind IN ('committed', 'disbursed')", name="kind"),
)

budgets: Final = Table(
    "budgets",
    metadata,
    reference("id", primary_key=True),
    text("programme", nullable=False),
    whole("year", nullable=False),
    said("reached_said"),
    whole("used_percent", nullable=False),
    fen("approved_fen", nullable=False),
    fen("used_fen", nullable=False),
    Index("ix_budgets_programme", "programme", "year"),
)
