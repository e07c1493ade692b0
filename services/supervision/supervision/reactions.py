"""Everything supervision listens to: each fact that concerns an estate, kept for its file, set by set."""

from typing import Final

from shared.contracts import credit_rating as cr
from shared.contracts import dispute_mediation as dm
from shared.contracts import estate_registry as er
from shared.contracts import exchange as ex
from shared.contracts import subsidy_ledger as sl
from shared.messaging import ReadModel, Subscriptions
from supervision import tables
from supervision.estate_files.storage import companies, grievances, register, subsidies

__all__ = ["READ_MODEL", "SUBSCRIPTIONS"]

SUBSCRIPTIONS: Final[Subscriptions] = {
    er.EstateRegistered: register.ESTATE_REGISTERED,
    er.EstateProfileUpdated: register.PROFILE_UPDATED,
    er.ServiceModeChanged: register.MODE_CHANGED,
    er.OperatorAssigned: register.OPERATOR,
    er.OperatorVacated: register.OPERATOR,
    er.ServiceContractSigned: register.CONTRACT_SIGNED,
    dm.ComplaintReceived: grievances.CASE,
    dm.ComplaintAccepted: grievances.CASE,
    dm.ComplaintRejected: grievances.CASE,
    dm.ComplaintMergedAsRepeat: grievances.CASE,
    dm.ComplaintOverdue: grievances.CASE,
    dm.ComplaintResolved: grievances.CASE,
    dm.CallbackCompleted: grievances.CASE,
    dm.ComplaintLiabilityConfirmed: grievances.CASE,
    dm.JointMeetingConvened: grievances.MEETING_CONVENED,
    dm.ResolutionItemAssigned: grievances.ITEM,
    dm.ResolutionItemOverdue: grievances.ITEM,
    dm.ResolutionItemVerified: grievances.ITEM,
    cr.CompanyEntered: companies.COMPANY,
    cr.CreditGradeChanged: companies.COMPANY,
    cr.CreditItemRecorded: companies.CREDIT,
    cr.CreditItemRevoked: companies.CREDIT,
    sl.SubsidyApplied: subsidies.CLAIM,
    sl.SubsidyReviewed: subsidies.CLAIM,
    sl.SubsidyCommitted: subsidies.COMMITTED,
    sl.SubsidyDisbursed: subsidies.DISBURSED,
    sl.SubsidyPostingReversed: subsidies.REVERSED,
    sl.BudgetThresholdReached: subsidies.BUDGET,
    ex.ExternalOrderImported: grievances.ORDER_IMPORTED,
}

# Everything but the circulars and the units, which supervision decides itself.
READ_MODEL: Final = ReadModel(
    tables=[
        tables.estates,
        tables.estate_profiles,
        tables.mode_changes,
        tables.operators,
        tables.contracts,
        tables.contract_estates,
        tables.cases,
        tables.meetings,
        tables.meeting_cases,
        tables.items,
        tables.orders,
        tables.companies,
        tables.credit_items,
        tables.claims,
        tables.claim_vouchers,
        tables.budgets,
    ],
    reactions=SUBSCRIPTIONS,
)
