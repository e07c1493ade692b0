"""What other contexts told us, kept by upsert: in any order, twice, an older fact never wins."""

from subsidy_ledger.neighbours.storage.companies import (
    find_company_name,
    find_grade,
    put_company,
    put_grade,
)
from subsidy_ledger.neighbours.storage.estates import find_estate, put_estate, put_profile
from subsidy_ledger.neighbours.storage.operators import (
    find_contract_no,
    put_assignment,
    put_contract,
    put_vacation,
    read_spells,
)

__all__ = [
    "find_company_name",
    "find_contract_no",
    "find_estate",
    "find_grade",
    "put_assignment",
    "put_company",
    "put_contract",
    "put_estate",
    "put_grade",
    "put_profile",
    "put_vacation",
    "read_spells",
]
