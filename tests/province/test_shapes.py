"""What the large gate compares and stands on, tried on a small set."""

from pathlib import Path

from onebox.services import SERVICES
from shared.messaging import install_bus
from shared.storage import administrator
from shared.storage.recording import RECORD
from tests.province.allowances import READ_WHOLE
from tests.province.filling import fill
from tests.province.large import LARGE_ROWS, faults
from tests.province.plans import ends_of_commands, plans, ways_of_lists
from tests.province.shapes import changes, kept, planned_otherwise, shapes_of, write
from tests.province.texts import texts

SCHEMAS = [service.package for service in SERVICES]


async def test_shapes_come_back_from_their_files_and_do_not_differ_from_themselves(
    platform: str, tmp_path: Path
) -> None:
    list(ways_of_lists())
    async with administrator(platform) as connection:
        shapes = shapes_of(await plans(connection))

    write(shapes, folder=tmp_path)

    assert kept(tmp_path) == shapes
    assert changes(shapes, kept(tmp_path)) == []


async def test_another_plan_shows_what_was_and_what_is(platform: str) -> None:
    async with administrator(platform) as connection:
        before = shapes_of(await plans(connection))
        place, line = next(
            (at, line) for at, lines in before.items() for line in lines if "Index Scan" in line
        )
        await connection.execute(f"ALTER INDEX {place[0]}.{line.split()[-1]} RENAME TO named_anew")
        after = shapes_of(await plans(connection))

    found = changes(before, after)

    assert {one.split(" ")[0] for one in found} == {"another"}
    [told] = [one for one in found if place[1] in one.split("\n")[1].strip().split("\n")]
    assert f"  -{line}" in told
    assert f"  +{line.rpartition(' ')[0]} named_anew" in told


async def test_a_statement_that_is_new_or_gone_is_named(platform: str) -> None:
    async with administrator(platform) as connection:
        shapes = shapes_of(await plans(connection))
    place = next(iter(shapes))
    without = {one: lines for one, lines in shapes.items() if one != place}

    [new], [gone] = changes(without, shapes), changes(shapes, without)

    assert new.startswith("no kept shape: ")
    assert gone.startswith("kept, but no longer compiled: ")
    assert place[1] in new
    assert place[1] in gone


async def test_months_of_a_table_are_one_in_a_shape(platform: str) -> None:
    async with administrator(platform) as connection:
        shapes = shapes_of(await plans(connection))

    lines = {line.strip() for shape in shapes.values() for line in shape}

    assert any("Scan journal" in line for line in lines)
    assert not any("journal_2" in line or "journal_rest" in line for line in lines)


async def test_no_table_is_left_empty(platform: str) -> None:
    async with administrator(platform) as connection:
        filled = await fill(connection, schemas=SCHEMAS, rows=30)

        again = await fill(connection, schemas=SCHEMAS, rows=30)
        orders = await connection.fetchval("SELECT count(*) FROM exchange.orders")
        states = await connection.fetchval("SELECT count(DISTINCT state) FROM dispute_mediation.cases")

    assert "dispute_mediation.cases" in filled
    assert again == []
    assert orders == 30
    assert states > 5


async def test_a_large_table_that_is_read_whole_is_a_fault(platform: str) -> None:
    async with administrator(platform) as connection:
        await fill(connection, schemas=["dispute_mediation"], rows=2 * LARGE_ROWS)
        await connection.execute("ANALYZE")
        before = await faults(connection, await plans(connection))
        await connection.execute(
            "ALTER TABLE dispute_mediation.case_links DROP CONSTRAINT pk_case_links;"
            "DROP INDEX dispute_mediation.ix_case_links_party"
        )
        after = await faults(connection, await plans(connection))

    found = [fault.split("\n")[0].rpartition(" ")[0] for fault in after if fault not in before]
    assert "reads case_links from end to end: dispute_mediation" in found
    assert not any(f"reads {table} " in fault for fault in after for table in READ_WHOLE)


async def test_what_is_written_out_is_explained_by_its_name(platform: str) -> None:
    async with administrator(platform) as connection:
        await install_bus(connection, roles=SCHEMAS)
        explained = {plan.sql for plan in await plans(connection)}

    unseen = {text.name for text in texts() if text.sql not in explained}

    assert RECORD in explained
    assert unseen == set()


async def test_a_change_is_planned_at_the_end_of_a_command_as_alone(platform: str) -> None:
    async with administrator(platform) as connection:
        ends = await ends_of_commands(connection)

    assert len(ends) > 100
    assert [found for alone, end in ends if (found := planned_otherwise(alone, end))] == []


async def test_a_change_that_is_planned_otherwise_is_told(platform: str) -> None:
    async with administrator(platform) as connection:
        ends = await ends_of_commands(connection)
    (alone, _), (_, end) = ends[0], next(pair for pair in ends if pair[0].schema != ends[0][0].schema)

    assert planned_otherwise(alone, end) != []
