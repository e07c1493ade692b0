"""What may be shared with departments at all: the facts a grant can name (domain, 10, consumer EX; N-06).

Liabilities, claims under review and budgets are not among them: they are decided inside first.
"""

from collections.abc import Mapping
from typing import Final

from shared.contracts import Event
from shared.contracts.credit_rating import (
    CompanyEntered,
    CreditGradeChanged,
    CreditItemRecorded,
    CreditItemRevoked,
)
from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintAccepted,
    ComplaintMergedAsRepeat,
    ComplaintOverdue,
    ComplaintReceived,
    ComplaintRejected,
    ComplaintResolved,
    ResolutionItemAssigned,
    ResolutionItemOverdue,
    ResolutionItemVerified,
)
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
    ServiceModeChanged,
)
from shared.contracts.exchange import ExternalOrderImported
from shared.contracts.subsidy_ledger import SubsidyCommitted, SubsidyDisbursed, SubsidyPostingReversed
from shared.contracts.supervision import CircularPublished

__all__ = ["SHARED"]

_FACTS: Final[tuple[type[Event], ...]] = (
    EstateRegistered,
    EstateProfileUpdated,
    ServiceModeChanged,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
    ComplaintReceived,
    ComplaintAccepted,
    ComplaintRejected,
    ComplaintMergedAsRepeat,
    ComplaintOverdue,
    ComplaintResolved,
    CallbackCompleted,
    ResolutionItemAssigned,
    ResolutionItemVerified,
    ResolutionItemOverdue,
    CompanyEntered,
    CreditItemRecorded,
    CreditItemRevoked,
    CreditGradeChanged,
    SubsidyCommitted,
    SubsidyDisbursed,
    SubsidyPostingReversed,
    CircularPublished,
    ExternalOrderImported,
)

SHARED: Final[Mapping[str, type[Event]]] = {fact.name: fact for fact in _FACTS}
