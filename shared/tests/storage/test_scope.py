"""The territory predicate left out, or put where it does not hold, in every way a statement has."""

from collections.abc import Mapping

import pytest
from sample_service import things
from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Select,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql import visitors

from shared.storage import (
    HOUSE_TABLES,
    Query,
    ScopeForgotten,
    around_scope,
    everywhere,
    in_scope,
    open_data,
    task_link,
)
from shared.storage.scope.parts import froms_of

inbox = HOUSE_TABLES["inbox"]
other = things.alias("other")
MINE = in_scope(things.c.territory)
UNSCOPED = select(things.c.id)
SCOPED = select(things.c.id).where(MINE)


def within(low: ColumnElement[str], high: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(low >= bindparam("scope_low"), high < bindparam("scope_high"))


def put() -> ClauseElement:
    return upsert(things).values(id=bindparam("id"), name="a", territory="610703", version=1)


FORGOTTEN: Mapping[str, ClauseElement] = {
    "nothing said": select(things),
    "a count": select(func.count()).select_from(things),
    "an alias": select(other),
    "the predicate is another alias's": select(other).where(MINE).correlate(None),
    "a column that is no territory": select(things).where(in_scope(things.c.name)),
    "half a range": select(things).where(things.c.territory >= bindparam("scope_low")),
    "two halves of two columns": select(things).where(within(things.c.territory, things.c.name)),
    "negated": select(things).where(not_(MINE)),
    "or anything": select(things).where(or_(MINE, things.c.version == 1)),
    "or anything, deeper": select(things).where(or_(MINE, and_(things.c.version == 1, true()))),
    "compared with itself": select(things).where(literal(value=False) == MINE),
    "in HAVING": select(func.count()).select_from(things).group_by(things.c.territory).having(MINE),
    "a subquery in FROM": select(UNSCOPED.subquery()),
    "the bound stands outside the subquery": select(
        inside := select(things.c.id, things.c.territory).subquery()
    ).where(within(inside.c.territory, inside.c.territory)),
    "one half of a union": union_all(SCOPED, UNSCOPED),
    "a CTE": select(UNSCOPED.cte("all")),
    "a CTE beside a scoped statement": SCOPED.add_cte(UNSCOPED.cte("all")),
    "a statement that writes as a CTE": SCOPED.add_cte(delete(things).returning(things.c.id).cte("gone")),
    "a join": select(inbox).join(things, things.c.name == inbox.c.consumer),
    "one of two in a join": select(things).join(other, other.c.name == things.c.name).where(MINE),
    "the outer side of an outer join": select(things).outerjoin(
        other, and_(other.c.name == things.c.name, MINE, in_scope(other.c.territory))
    ),
    "a full join": select(things).join(
        other, and_(other.c.name == things.c.name, MINE, in_scope(other.c.territory)), full=True
    ),
    "a sub-select in WHERE": select(inbox).where(exists().where(things.c.name == inbox.c.consumer)),
    "a sub-select beside a scoped one": SCOPED.where(exists().where(other.c.name == things.c.name)),
    "the same table again in a sub-select": SCOPED.where(exists(UNSCOPED)),
    "the same table, not correlated": SCOPED.where(
        exists(UNSCOPED.where(things.c.name == inbox.c.consumer).correlate(None))
    ),
    "the same table, correlated with another": SCOPED.join(inbox, inbox.c.event_id == things.c.id).where(
        exists(UNSCOPED.where(things.c.name == inbox.c.consumer).correlate(inbox))
    ),
    "a sub-select among the columns": select(
        inbox.c.consumer, select(func.max(things.c.version)).scalar_subquery()
    ),
    "a lateral": select(inbox.c.consumer).join(
        select(things.c.id).where(things.c.name == inbox.c.consumer).lateral("of_it"), true()
    ),
    "an update": update(things).where(things.c.id == bindparam("id")).values(name=bindparam("called")),
    "an update that names another": update(things)
    .where(MINE, things.c.name == other.c.name)
    .values(name=other.c.name),
    "an update by an unscoped sub-select": update(things)
    .where(MINE)
    .values(name=select(func.max(other.c.name)).scalar_subquery()),
    "a deletion": delete(things).where(things.c.id == bindparam("id")),
    "an insert from an unscoped select": insert(inbox).from_select(["event_id"], UNSCOPED),
    "an upsert that changes whatever is there": put().on_conflict_do_update(  # type: ignore[attr-defined]
        index_elements=["id"], set_={"name": "b"}
    ),
    "an upsert that changes what is not in scope": put().on_conflict_do_update(  # type: ignore[attr-defined]
        index_elements=["id"], set_={"name": "b"}, where=things.c.version == 1
    ),
    "text": text("SELECT * FROM things"),
    "text as a subquery": select(text("SELECT id FROM things").columns(column("id")).subquery()),
    "a link that names another table": select(things).where(task_link(inbox.c.consumer == bindparam("me"))),
}

linked = task_link(exists().where(inbox.c.event_id == things.c.id))
BOUNDED: Mapping[str, ClauseElement] = {
    "in WHERE": SCOPED,
    "among others": SCOPED.where(things.c.version == 1, or_(things.c.name == "a", things.c.name == "b")),
    "in brackets": select(things).where(and_(things.c.version == 1, and_(MINE, true())).self_group()),
    "both aliases": select(things)
    .join(other, other.c.name == things.c.name)
    .where(MINE, in_scope(other.c.territory)),
    "in the ON of an inner join": select(inbox).join(things, and_(things.c.name == inbox.c.consumer, MINE)),
    "in the ON of an outer join that adds it": select(inbox).outerjoin(
        things, and_(things.c.name == inbox.c.consumer, MINE)
    ),
    "by a task link": select(things).where(linked),
    "by the territory or a task link": select(things).where(or_(MINE, linked)),
    "by the territory for some roles, or a link": select(things).where(
        or_(and_(bindparam("sees"), MINE), linked)
    ),
    "around the caller": select(things).where(or_(MINE, around_scope(things.c.territory))),
    "open data": select(things).where(or_(MINE, open_data(things.c.version > 1))),
    "both halves of a union": union_all(SCOPED, SCOPED.where(things.c.version == 1)),
    "a subquery": select(SCOPED.subquery()),
    "a correlated sub-select": select(inbox).where(exists().where(things.c.name == inbox.c.consumer, MINE)),
    "the surrounding table in a sub-select": SCOPED.where(exists().where(inbox.c.event_id == things.c.id)),
    "the surrounding table, named as correlated": SCOPED.where(
        exists(select(inbox.c.event_id).where(inbox.c.event_id == things.c.id).correlate(things))
    ),
    "the surrounding table, all but the own": SCOPED.where(
        exists(select(inbox.c.event_id).where(inbox.c.event_id == things.c.id).correlate_except(inbox))
    ),
    "an update": update(things).where(things.c.id == bindparam("id"), MINE).values(name="a"),
    "an insert": insert(things),
    "an upsert within the scope": put().on_conflict_do_update(  # type: ignore[attr-defined]
        index_elements=["id"], set_={"name": "b"}, where=MINE
    ),
    "an insert that gives way": put().on_conflict_do_nothing(),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("statement", FORGOTTEN.values(), ids=FORGOTTEN.keys())
def test_a_statement_that_leaves_a_scoped_table_unbounded_is_refused(statement: ClauseElement) -> None:
    with pytest.raises(ScopeForgotten):
        Query(statement)  # type: ignore[arg-type]


@pytest.mark.parametrize("statement", BOUNDED.values(), ids=BOUNDED.keys())
def test_a_bounded_statement_compiles(statement: ClauseElement) -> None:
    query = Query(statement)  # type: ignore[arg-type]

    assert "things" in query.sql


def test_the_reasoned_exception_compiles_what_is_refused_elsewhere() -> None:
    statement: Select[tuple[object, ...]] = select(things)

    assert "things" in everywhere(statement, reason="a count of the whole platform").sql


ALL = {**FORGOTTEN, **BOUNDED}


@pytest.mark.parametrize("statement", ALL.values(), ids=ALL.keys())
def test_what_stands_in_from_is_what_sqlalchemy_says(statement: ClauseElement) -> None:
    parts = (part for part in visitors.iterate(statement) if isinstance(part, Select))

    for part in parts:
        pairs = zip(froms_of(part), part.get_final_froms(), strict=True)
        # A join is made anew each time it is asked for.
        assert all(ours.compare(theirs) for ours, theirs in pairs)
