"""Every table of supervision, in the words of SQLAlchemy Core, on one metadata."""

from supervision.tables.cases import cases, items, meeting_cases, meetings, orders
from supervision.tables.circulars import (
    circular_findings,
    circular_names,
    circular_numbers,
    circular_replies,
    circular_steps,
    circulars,
    supervised_units,
)
from supervision.tables.columns import metadata
from supervision.tables.companies import companies, credit_items
from supervision.tables.estates import (
    contract_estates,
    contracts,
    estate_profiles,
    estates,
    mode_changes,
    operators,
)
from supervision.tables.subsidies import budgets, claim_vouchers, claims

__all__ = [
    "budgets",
    "cases",
    "circular_findings",
    "circular_names",
    "circular_numbers",
    "circular_replies",
    "circular_steps",
    "circulars",
    "claim_vouchers",
    "claims",
    "companies",
    "contract_estates",
    "contracts",
    "credit_items",
    "estate_profiles",
    "estates",
    "items",
    "meeting_cases",
    "meetings",
    "metadata",
    "mode_changes",
    "operators",
    "orders",
    "supervised_units",
]
