"""Every statement of every service can be served by an index, and so can every foreign key."""

from types import MappingProxyType

from shared.storage import administrator
from tests.province.plans import plans, sorted_lists, unserved_keys, ways_of_lists

# Tables that are read whole, and why that is well.
READ_WHOLE = MappingProxyType(
    {
        "calendar_days": "some hundred days, kept in memory for seconds",
        "calendar_years": "a row a year",
        "category_map": "as many rows as the leaves of complaints",
        "feed_head": "one row",
        "rule_parameters": "some hundred numbers, kept in memory for seconds",
        "circulars": "some dozen a month and district; filters that no caller has to give",
    }
)
# Foreign keys without an index of their own: nobody deletes the row they name, nor looks from it to them.
UNSERVED = MappingProxyType(
    {
        "credit_rating.companies.fk_companies_sheet_id": "sheets stay",
        "credit_rating.credit_items.fk_credit_items_corrects": "items stay",
        "credit_rating.credit_items.fk_credit_items_scheme_code_variant": "schemes are frozen",
        "dispute_mediation.cases.fk_cases_rejection_reason": "a list that only grows",
        "estate_registry.operator_assignments.fk_operator_assignments_contract_id": "contracts stay",
        "exchange.exchange_log.fk_exchange_log_grant_id": "grants stay",
        "subsidy_ledger.claims.fk_claims_budget_id": "budgets stay",
        "subsidy_ledger.entries.fk_entries_account_book": "accounts stay",
        "subsidy_ledger.month_totals.fk_month_totals_account": "accounts stay",
    }
)


async def test_no_statement_must_read_a_table_from_end_to_end(seeded: str) -> None:
    listed = list(ways_of_lists())
    async with administrator(seeded) as connection:
        await connection.execute("SET enable_seqscan = off")
        found = await plans(connection)

    unnamed = [
        f"{plan.schema}: {table} by {plan.sql}"
        for plan in found
        for table in plan.whole_reads()
        if table not in READ_WHOLE
    ]
    # That many statements are known to be compiled: a gate that sees none of them would pass.
    assert len(found) > 500
    assert len(listed) > 200
    assert unnamed == []


async def test_an_index_serves_every_order_of_a_list(seeded: str) -> None:
    async with administrator(seeded) as connection:
        await connection.execute("SET enable_seqscan = off; SET enable_sort = off")
        unserved = await sorted_lists(connection)

    assert unserved == []


async def test_an_order_without_an_index_is_seen(platform: str) -> None:
    async with administrator(platform) as connection:
        await connection.execute(
            "DROP INDEX dispute_mediation.ix_items_due_order; SET enable_seqscan = off; SET enable_sort = off"
        )
        unserved = await sorted_lists(connection)

    # For offices and for those who are bound, upwards and downwards.
    assert [line.partition(" of ")[0] for line in unserved] == [
        "dispute_mediation: due_at",
        "dispute_mediation: -due_at",
    ] * 2


async def test_an_index_serves_every_foreign_key(seeded: str) -> None:
    async with administrator(seeded) as connection:
        assert await unserved_keys(connection) == sorted(UNSERVED)


async def test_a_missing_index_is_seen(platform: str) -> None:
    async with administrator(platform) as connection:
        before = await unserved_keys(connection)
        await connection.execute(
            "DROP INDEX dispute_mediation.ix_cases_master_id;"
            "ALTER TABLE dispute_mediation.case_links DROP CONSTRAINT pk_case_links;"
            "DROP INDEX dispute_mediation.ix_case_links_party;"
            "SET enable_seqscan = off"
        )
        read = {table for plan in await plans(connection) for table in plan.whole_reads()}
        after = await unserved_keys(connection)

    assert "case_links" in read
    assert set(after) - set(before) == {
        "dispute_mediation.cases.fk_cases_master_id",
        "dispute_mediation.case_links.fk_case_links_case_id",
    }
