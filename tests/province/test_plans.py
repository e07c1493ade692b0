"""Every statement of every service can be served by an index, and so can every foreign key."""

from shared.storage import administrator
from tests.province.allowances import READ_WHOLE, SORTED, UNSERVED
from tests.province.plans import plans, sorted_lists, unserved_keys, ways_of_lists


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

    assert {line.partition(": ")[0] for line in unserved} == SORTED.keys()


async def test_an_order_without_an_index_is_seen(platform: str) -> None:
    async with administrator(platform) as connection:
        await connection.execute(
            "DROP INDEX dispute_mediation.ix_items_due_order; SET enable_seqscan = off; SET enable_sort = off"
        )
        unserved = await sorted_lists(connection)

    # For offices and for those who are bound, upwards and downwards.
    assert [line for line in unserved if line.partition(": ")[0] not in SORTED] == [
        f"dispute_mediation.items.queries.{name}: {order}"
        for name in ("_OF_OFFICES", "_OF_BOUND")
        for order in ("due_at", "-due_at")
    ]


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
