"""What the gates over plans let pass, each with its reason."""

from types import MappingProxyType

# Tables that are read whole, and why that is well.
READ_WHOLE = MappingProxyType(
    {
        "calendar_days": "some hundred days, kept in memory for seconds",
        "calendar_years": "a row a year",
        "category_map": "as many rows as the leaves of complaints",
        "feed_head": "one row",
        "rule_parameters": "some hundred numbers, kept in memory for seconds",
        "department_nonces": "what departments sent in the last minutes",
        "scopes": "readers of a district, some dozen",
        "work_reports": "six a minute and message process, kept for 75 minutes, nearly all of them wanted",
        "circulars": "some dozen a month and district; filters that no caller has to give",
    }
)
# Statements that look at all rows there are, or of a caller's scope, be it the province: no index saves that.
COUNTING = MappingProxyType(
    {
        "supervision.counts.storage._COMPLAINTS": "counts for the month's circular, by district or town",
        "supervision.counts.storage._ESTATES": "the same",
        "supervision.counts.storage._ITEMS": "the same",
        "supervision.counts.storage._PAID": "the same",
        "shared.observing.tables._TABLES": "counts what waits, the outbox up to a limit",
    }
)
# Lists of what names the caller, found by that and then sorted: an index in their order would lead through
# what names others.
SORTED = MappingProxyType(
    {
        "dispute_mediation.complaints.queries.listing._OF_BOUND": "the cases one is linked to, by receipt",
        "dispute_mediation.complaints.queries.listing._OWN": "the cases one filed, by receipt",
    }
)
# Foreign keys without an index of their own: nobody deletes the row they name, nor looks from it to them.
UNSERVED = MappingProxyType(
    {
        "credit_rating.companies.fk_companies_sheet_id": "sheets stay",
        "credit_rating.credit_items.fk_credit_items_corrects": "items stay",
        "credit_rating.credit_items.fk_credit_items_scheme_code_variant": "schemes are frozen",
        "dispute_mediation.cases.fk_cases_leaf": "leaves stay",
        "dispute_mediation.cases.fk_cases_rejection_reason": "a list that only grows",
        "estate_registry.operator_assignments.fk_operator_assignments_contract_id": "contracts stay",
        "exchange.exchange_log.fk_exchange_log_grant_id": "grants stay",
        "subsidy_ledger.claims.fk_claims_budget_id": "budgets stay",
        "subsidy_ledger.entries.fk_entries_account_book": "accounts stay",
        "subsidy_ledger.month_totals.fk_month_totals_account": "accounts stay",
    }
)
