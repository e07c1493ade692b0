"""Every table of the register, in the words of SQLAlchemy Core, on one metadata."""

from estate_registry.tables.columns import metadata
from estate_registry.tables.contracts import contract_estates, contracts, known_companies
from estate_registry.tables.imports import import_files, import_findings, import_rows, imports
from estate_registry.tables.register import (
    buildings,
    estate_modes,
    estate_serials,
    estate_sources,
    estates,
    operator_assignments,
    territories,
)

__all__ = [
    "buildings",
    "contract_estates",
    "contracts",
    "estate_modes",
    "estate_serials",
    "estate_sources",
    "estates",
    "import_files",
    "import_findings",
    "import_rows",
    "imports",
    "known_companies",
    "metadata",
    "operator_assignments",
    "territories",
]
