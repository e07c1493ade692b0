"""Every table of the ledger, in the words of SQLAlchemy Core, on one metadata."""

from subsidy_ledger.tables.books import accounts, entries, ledger_months, month_totals, vouchers
from subsidy_ledger.tables.budgets import budgets, grade_coefficients, programme_rates, programmes
from subsidy_ledger.tables.claims import (
    claim_assessments,
    claim_serial,
    claim_steps,
    claims,
    funded_periods,
)
from subsidy_ledger.tables.columns import LONGEST_LIST, metadata
from subsidy_ledger.tables.funds import fund_accounts, fund_months, fund_postings
from subsidy_ledger.tables.neighbours import (
    known_companies,
    known_contracts,
    known_estates,
    known_grades,
    known_operators,
)

__all__ = [
    "LONGEST_LIST",
    "accounts",
    "budgets",
    "claim_assessments",
    "claim_serial",
    "claim_steps",
    "claims",
    "entries",
    "fund_accounts",
    "fund_months",
    "fund_postings",
    "funded_periods",
    "grade_coefficients",
    "known_companies",
    "known_contracts",
    "known_estates",
    "known_grades",
    "known_operators",
    "ledger_months",
    "metadata",
    "month_totals",
    "programme_rates",
    "programmes",
    "vouchers",
]
