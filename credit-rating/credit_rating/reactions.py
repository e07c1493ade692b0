"""Every fact of other contexts this service listens to, and what it does then.

Facts may come twice, and those of different contexts in any order; a company may be named before it enters.
"""

from typing import Final

from credit_rating.companies.domain import CompanyNotFound
from credit_rating.companies.storage import hold_company
from credit_rating.items.commands import Fact, record_fact
from credit_rating.projects.storage import PUT_ASSIGNED, PUT_CONTRACT, PUT_ESTATE, PUT_VACATED
from credit_rating.scores.commands import refresh_standing
from shared.contracts.dispute_mediation import ComplaintLiabilityConfirmed, ResolutionItemOverdue
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.kernel import local_date
from shared.messaging.subscriptions import Subscriptions
from shared.storage import Work
