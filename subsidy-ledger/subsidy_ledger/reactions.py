"""Everything the ledger listens to: estates and their area, who serves them, how companies stand."""

from typing import Final

from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.messaging import ReadModel, Subscriptions
from subsidy_ledger.neighbours.storage import (
    put_assignment,
    put_company,
    put_contract,
    put_estate,
    put_grade,
    put_profile,
    put_vacation,
)
from subsidy_ledger.tables import (
    known_companies,
    known_contracts,
    known_estates,
    known_grades,
    known_operators,
)

__all__ = ["READ_MODEL", "SUBSCRIPTIONS"]

SUBSCRIPTIONS: Final[Subscriptions] = {
    EstateRegistered: put_estate,
    EstateProfileUpdated: put_profile,
    OperatorAssigned: put_assignment,
    OperatorVacated: put_vacation,
    ServiceContractSigned: put_contract,
    CompanyEntered: put_company,
    CreditGradeChanged: put_grade,
}

READ_MODEL: Final = ReadModel(
    tables=[known_estates, known_operators, known_contracts, known_companies, known_grades],
    reactions=SUBSCRIPTIONS,
)
