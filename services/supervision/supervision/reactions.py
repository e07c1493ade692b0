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
    er.OperatorAssigned: register.OPERATOR_ASSIGNED,
    er.OperatorVacated: register.OPERATOR_VACATED,
    er.ServiceContractSigned: register.CONTRACT_SIGNED,
    dm.ComplaintReceived: grievances.CASE_RECEIVED,
    dm.ComplaintAccepted: grievances.CASE_ACCEPTED,
    dm.ComplaintRejected: grievances.CASE_REJECTED,
    dm.ComplaintMergedAsRepeat: grievances.CASE_MERGED,
    dm.ComplaintOverdue: grievances.CASE_OVERDUE,
    dm.ComplaintResolved: grievances.CASE_RESOLVED,
    dm.CallbackCompleted: grievances.CASE_CALLED_BACK,
    dm.ComplaintLiabilityConfirmed: grievances.CASE_LIABLE,
    dm.JointMeetingConvened: grievances.MEETING_CONVENED,
    dm.ResolutionItemAssigned: grievances.ITEM_ASSIGNED,
    dm.ResolutionItemOverdue: grievances.ITEM_OVERDUE,
    dm.ResolutionItemVerified: grievances.ITEM_VERIFIED,
    cr.CompanyEntered: companies.COMPANY_ENTERED,
    cr.CreditGradeChanged: companies.COMPANY_GRADED,
    cr.CreditItemRecorded: companies.CREDIT_RECORDED,
    cr.CreditItemRevoked: companies.CREDIT_REVOKED,
    sl.SubsidyApplied: subsidies.CLAIM_APPLIED,
    sl.SubsidyReviewed: subsidies.CLAIM_REVIEWED,
    sl.SubsidyCommitted: subsidies.COMMITTED,
    sl.SubsidyDisbursed: subsidies.DISBURSED,
    sl.SubsidyPostingReversed: subsidies.REVERSED,
    sl.BudgetThresholdReached: subsidies.BUDGET_USED,
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
