"""Claims: the form, where it stands in the chain, who did what, what was measured, which months are held."""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    Sequence,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

from shared.storage import DISTRICT, led_index, readable, territory_column
from subsidy_ledger.tables.columns import day, fen, metadata, moment, small, text, whole

__all__ = ["claim_assessments", "claim_serial", "claim_steps", "claims", "funded_periods"]

STATES: Final = (
    "('draft', 'submitted', 'checked', 'first_review', 'second_review', 'money_review', 'publicity', "
    "'approved', 'accrued', 'paid', 'returned', 'refused', 'withdrawn')"
)
DUTIES: Final = (
    "('apply', 'check', 'first_review', 'second_review', 'money_review', 'publicity', 'approval', "
    "'accrual', 'payment', 'reversal')"
)

claim_serial: Final = Sequence("claim_serial", metadata=metadata)

claims: Final = Table(
    "claims",
    metadata,
    Column("id", Uuid, primary_key=True),
    text("claim_no"),
    Column("programme", Text, ForeignKey("programmes.code"), nullable=False),
    text("purpose"),
    Column("estate_id", Uuid, nullable=False),
    territory_column(),
    text("payee"),
    day("starts_on"),
    day("ends_on"),
    fen("common_income_fen"),
    text("account_holder"),
    text("bank_account"),
    text("bank_account_shown"),
    text("status"),
    fen("estimated_fen", nullable=True),
    fen("amount_fen", nullable=True),
    whole("coefficient_hundredths", nullable=True),
    Column("budget_id", Uuid, ForeignKey("budgets.id")),
    text("control_no", nullable=True),
    text("approval_no", nullable=True),
    text("meeting_no", nullable=True),
    day("publicity_over_on", nullable=True),
    day("publicity_ended_on", nullable=True),
    day("due_on", nullable=True),
    Column("due_provisional", Boolean, nullable=False),
    moment("opened_at"),
    whole("version"),
    UniqueConstraint("claim_no"),
    CheckConstraint(f"status IN {STATES}", name="status"),
    CheckConstraint("common_income_fen >= 0", name="common_income"),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint(
        "EXTRACT(day FROM starts_on) = 1 AND EXTRACT(day FROM ends_on) = 1 AND ends_on > starts_on",
        name="whole_months",
    ),
    CheckConstraint(
        "status NOT IN ('approved', 'accrued', 'paid') OR (amount_fen IS NOT NULL AND budget_id IS NOT NULL)",
        name="approved_whole",
    ),
    # For companies and auditors, who may have more than a district.
    Index("ix_claims_territory", "territory", "id"),
    led_index("ix_claims_district", DISTRICT, "id", "territory"),
    led_index("ix_claims_district_claim_no", DISTRICT, "claim_no", "territory"),
    led_index("ix_claims_district_status", DISTRICT, "status", "id", "territory"),
    Index("ix_claims_estate", "estate_id", "id"),
    Index("ix_claims_payee", "payee", "id"),
    Index("ix_claims_programme", "programme", "id"),
)
readable(
    claims,
    "id claim_no programme purpose estate_id territory starts_on ends_on status estimated_fen amount_fen "
    "budget_id approval_no due_on opened_at version",
)

# One purpose, one funding (L-05). A claim holds its months from submission until it is refused or withdrawn.
funded_periods: Final = Table(
    "funded_periods",
    metadata,
    Column("claim_id", Uuid, ForeignKey("claims.id"), primary_key=True),
    Column("estate_id", Uuid, nullable=False),
    text("purpose"),
    day("starts_on"),
    day("ends_on"),
    ExcludeConstraint(
        ("estate_id", "="),
        ("purpose", "="),
        (sql("daterange(starts_on, ends_on)"), "&&"),
        name="one_purpose_one_funding",
        using="gist",
    ),
)

# A person has one duty in a claim. Taking the same desk again after a return is no second duty.
claim_steps: Final = Table(
    "claim_steps",
    metadata,
    Column("claim_id", Uuid, ForeignKey("claims.id"), nullable=False),
    small("number"),
    text("duty"),
    text("outcome"),
    text("person"),
    text("role"),
    text("unit", nullable=True),
    text("on_behalf_of", nullable=True),
    text("opinion"),
    fen("amount_fen", nullable=True),
    moment("at"),
    PrimaryKeyConstraint("claim_id", "number"),
    CheckConstraint(f"duty IN {DUTIES}", name="duty"),
    ExcludeConstraint(
        ("claim_id", "="), ("person", "="), ("duty", "<>"), name="no_person_acts_twice", using="gist"
    ),
)

# What the second review measured, with its sources. Of several (after a return) the last counts.
claim_assessments: Final = Table(
    "claim_assessments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("claim_id", Uuid, ForeignKey("claims.id"), nullable=False),
    moment("assessed_at"),
    text("estate_name"),
    fen("area_m2x100"),
    whole("households"),
    whole("profile_version"),
    text("grade"),
    Column("rated", Boolean, nullable=False),
    whole("score_tenths"),
    text("scheme"),
    day("grade_effective_on"),
    Column("grade_event_id", Uuid, nullable=False),
    whole("coefficient_hundredths"),
    text("coefficient_source"),
    day("service_start"),
    text("contract_no", nullable=True),
    Column("parts", JSONB, nullable=False),
    fen("gross_fen"),
    fen("common_income_fen"),
    fen("amount_fen"),
    CheckConstraint("amount_fen > 0", name="amount"),
    Index("ix_claim_assessments_claim", "claim_id", "id"),
)
