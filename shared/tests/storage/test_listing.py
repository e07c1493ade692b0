"""Pages by key, in every order: each row once, in order, whatever is added between two pages."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sample_service import ADD, LIST, things
from sqlalchemy import Column, Integer, MetaData, Table, Text, select

from shared.kernel import Actor, Scope, new_id
from shared.storage import (
    Database,
    Listing,
    Occasion,
    Order,
    Orders,
    OrderUnusable,
    Row,
    ScopeForgotten,
    Work,
    equal,
    within,
)
from shared.testing import SettableClock


def occasion(territory: str) -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope(territory), unit="610703:authority")
    return Occasion(actor=actor, now=SettableClock().now, reason="test")


async def add(work: Work, name: str) -> None:
    await work.execute(ADD, id=new_id(), name=name, territory=work.scope.prefix, version=1)


async def page(work: Work, order: Order, *, after: Row | None, limit: int, **filters: object) -> list[Row]:
    query = LIST.query(order, filters=filters, goes_on=after is not None)
    place = order.after(order.place(after)) if after is not None else {}
    return await work.fetch_all(query, limit=limit, **LIST.values(filters), **place)


def in_order(rows: list[Row], order: Order) -> list[Row]:
    return sorted(
        rows, key=lambda row: [row[column.key] for column in order.columns], reverse=order.descending
    )


NAMES = st.lists(st.sampled_from(["door", "lift", "pipe", "roof", "楼道"]), max_size=12)
TERRITORIES = iter(range(610703001001, 610703999999))


@pytest.mark.parametrize("name", sorted(LIST.orders))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=NAMES, meanwhile=NAMES, limit=st.integers(1, 5))
async def test_pages_hold_every_row_once_in_order_while_others_are_added(
    database: Database, name: str, names: list[str], meanwhile: list[str], limit: int
) -> None:
    order, waiting = LIST.orders[name], list(meanwhile)
    async with database.begin(occasion(str(next(TERRITORIES)))) as work:
        for each in names:
            await add(work, each)
        there = await page(work, order, after=None, limit=1_000)

        seen: list[Row] = []
        while found := await page(work, order, after=seen[-1] if seen else None, limit=limit):
            seen += found
            for each in waiting[:2]:
                await add(work, each)
            del waiting[:2]

    ids = [row["id"] for row in seen]
    assert there == in_order(there, order)
    assert seen == in_order(seen, order)
    assert len(ids) == len(set(ids))
    assert {row["id"] for row in there} <= set(ids)


async def test_a_list_goes_on_within_its_filters(database: Database) -> None:
    order = LIST.orders["-name"]
    async with database.begin(occasion("610703001001")) as work:
        for each in ("roof", "door", "roof", "lift"):
            await add(work, each)

        (first,) = await page(work, order, after=None, limit=1, name="roof")
        rest = await page(work, order, after=first, limit=9, name="roof")

    assert [row["name"] for row in (first, *rest)] == ["roof", "roof"]


def test_one_statement_serves_each_way_of_asking() -> None:
    order = LIST.orders["name"]

    assert LIST.query(order, filters=["name"]) is LIST.query(order, filters={"name": "roof"})
    assert LIST.query(order) is not LIST.query(order, goes_on=True)


def test_a_list_without_a_territory_is_refused_when_it_is_declared() -> None:
    with pytest.raises(ScopeForgotten):
        Listing(select(things), orders=LIST.orders)


_rows = Table(
    "rows",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("a", Text),
    Column("b", Text, nullable=False),
)


@pytest.mark.parametrize(
    "columns", [(_rows.c.a, _rows.c.id), (_rows.c.b,)], ids=["may be null", "not unique"]
)
def test_an_order_that_would_lose_rows_is_refused(columns: tuple[Column[str], ...]) -> None:
    with pytest.raises(OrderUnusable):
        Orders("key", key=columns)


def test_a_territory_narrows_to_all_below_it() -> None:
    assert within(things.c.territory).values("610703") == {"within_low": "610703", "within_high": "610703:"}
    assert equal(things.c.name, "name").values("roof") == {"name": "roof"}
