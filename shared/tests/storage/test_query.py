import pytest
from sample_service import things
from sqlalchemy import bindparam, select

from shared.storage import EVERYWHERE, HOUSE_TABLES, ListUnfolded, Query, everywhere, in_scope

inbox = HOUSE_TABLES["inbox"]


def test_a_list_that_is_unfolded_into_the_text_is_refused() -> None:
    with pytest.raises(ListUnfolded):
        Query(select(inbox).where(inbox.c.consumer.in_(["a", "b"])))


def test_a_scoped_statement_compiles_to_a_range_on_the_territory() -> None:
    query = Query(select(things.c.id).where(in_scope(things.c.territory)))

    assert query.scoped
    assert 'things.territory >= $1::VARCHAR COLLATE "C"' in query.sql


def test_an_exception_from_the_scope_is_kept_with_its_reason() -> None:
    query = everywhere(select(things.c.id), reason="counts of the whole platform")

    assert EVERYWHERE[query.sql] == "counts of the whole platform"


def test_a_value_that_the_statement_does_not_know_is_refused() -> None:
    query = Query(select(inbox).where(inbox.c.consumer == bindparam("consumer")))

    with pytest.raises(KeyError, match="typo"):
        query.arguments({"consumer": "a", "typo": 1})


def test_a_value_that_is_missing_is_refused() -> None:
    query = Query(select(inbox).where(inbox.c.consumer == bindparam("consumer")))

    with pytest.raises(KeyError, match="consumer"):
        query.arguments({})


def test_literal_values_of_a_statement_stay_in_it() -> None:
    query = Query(select(inbox).where(inbox.c.consumer == "relay", inbox.c.event_id == bindparam("id")))

    assert query.arguments({"id": 7}) == ["relay", 7]
