"""Every table of credit-rating, in the words of SQLAlchemy Core, on one metadata."""

from credit_rating.tables.columns import metadata
from credit_rating.tables.credit import credit_items, point_entries
from credit_rating.tables.heard import contracts, known_estates, operator_assignments, waiting_facts
from credit_rating.tables.register import companies, entry_sheets
from credit_rating.tables.rules import scheme_cuts, scheme_items, scheme_values, schemes

__all__ = [
    "companies",
    "contracts",
    "credit_items",
    "entry_sheets",
    "known_estates",
    "metadata",
    "operator_assignments",
    "point_entries",
    "scheme_cuts",
    "scheme_items",
    "scheme_values",
    "schemes",
    "waiting_facts",
]
