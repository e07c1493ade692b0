import pytest
from sample_service import things
from sqlalchemy import Column, MetaData, Table, Text, Uuid, types
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY

from shared.kernel import Actor, new_id
from shared.storage import Database, Occasion, Query, columns_of, insert_rows
from shared.testing.clock import NOON

NAMES = ("id", "name", "territory", "version")
PUT = Query(insert_rows(things, *NAMES).on_conflict_do_nothing())


async def test_one_statement_puts_many_rows_and_leaves_those_that_are_there(
    database: Database,
) -> None:
    rows = [(new_id(), f"thing {number}", "610703001", number) for number in range(3)]

    async with database.begin(Occasion(actor=Actor.system("test"), now=NOON)) as work:
        first = await work.execute(PUT, **columns_of(NAMES, rows[:2]))
        second = await work.execute(PUT, **columns_of(NAMES, [*rows, rows[2]]))

    assert (first, second) == (2, 1)
    stored = await database.pool.fetch("SELECT id, name, territory, version FROM things ORDER BY version")
    assert [tuple(row) for row in stored] == rows


async def test_no_rows_put_nothing(database: Database) -> None:
    async with database.begin(Occasion(actor=Actor.system("test"), now=NOON)) as work:
        assert await work.execute(PUT, **columns_of(NAMES, [])) == 0


async def test_a_column_of_words_is_given_as_one_text(database: Database) -> None:
    table = Table("t", MetaData(), Column("id", Uuid, primary_key=True), Column("words", ARRAY(Text)))
    put = Query(insert_rows(table, "id", "words", words={"words"}))
    rows = [(new_id(), "汉 山 汉山"), (new_id(), ""), (new_id(), None)]

    async with database.begin(Occasion(actor=Actor.system("test"), now=NOON)) as work:
        await work.connection.execute("CREATE TEMPORARY TABLE t (id uuid, words text[])")
        await work.execute(put, **columns_of(("id", "words"), rows))
        stored = await work.connection.fetch("SELECT words FROM t ORDER BY id")

    assert [row["words"] for row in stored] == [["汉", "山", "汉山"], [], None]


@pytest.mark.parametrize("kind", [postgresql.ARRAY, types.ARRAY])
def test_a_column_that_is_an_array_is_refused(kind: type) -> None:
    table = Table("t", MetaData(), Column("id", Uuid, primary_key=True), Column("units", kind(Text)))

    with pytest.raises(TypeError, match=r"t\.units"):
        insert_rows(table, "id", "units")
