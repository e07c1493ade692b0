"""The rules of an order without a database: what may follow what, and what may not be rewritten."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from exchange_desk import ORDER

from exchange.orders.domain import (
    FOLLOWS,
    Draft,
    EstateCodeWrong,
    LiesTooWide,
    Order,
    OrderGoesBack,
    OrderReceivedInFuture,
    OrderTextDiffers,
    Status,
)
from exchange.orders.lines import OrderLine
from shared.kernel import make_estate_code, new_id

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def draft(**given: object) -> Draft:
    return OrderLine.model_validate(ORDER | given).draft()


def order(**given: object) -> Order:
    known = draft(**given)
    return Order(
        id=new_id(),
        order_no=known.order_no,
        statement=known.statement,
        progress=known.progress,
        leaf="SRV-05",
        caller_mark=None,
        imported_at=NOW,
        imported_by="test",
        party=None,
    )


def test_the_same_line_again_is_the_same_order() -> None:
    known = order()

    assert known.followed_by(draft()) is known


def test_another_text_under_the_same_number_is_refused_by_name() -> None:
    with pytest.raises(OrderTextDiffers) as refused:
        order().followed_by(draft(content="别的内容", caller_phone="13900000000"))

    assert refused.value.facts["fields"] == "caller, content"


def test_what_a_line_leaves_out_stays_as_it_was() -> None:
    answered = order().followed_by(
        draft(status="replied", reply_text="已修复", replied_at="2026-03-04T10:00:00+08:00", return_count=1)
    )

    closed = answered.followed_by(draft(status="closed"))

    assert closed.progress == replace(answered.progress, status=Status.CLOSED)
    assert (answered.version, closed.version) == (2, 3)


@pytest.mark.parametrize(
    ("current", "given"),
    [
        ("signed", "dispatched"),
        ("handling", "signed"),
        ("replied", "handling"),
        ("called-back", "replied"),
        ("closed", "redo"),
        ("closed", "new"),
        ("redo", "new"),
        ("redo", "returned"),
    ],
)
def test_an_order_does_not_go_back(current: str, given: str) -> None:
    with pytest.raises(OrderGoesBack):
        order(status=current).followed_by(draft(status=given))


@pytest.mark.parametrize(
    ("current", "given"),
    [
        ("new", "closed"),
        ("dispatched", "replied"),
        ("returned", "dispatched"),
        ("replied", "redo"),
        ("redo", "handling"),
        ("extended", "handling"),
        ("called-back", "closed"),
    ],
)
def test_an_order_moves_on_and_may_skip_what_was_not_sent(current: str, given: str) -> None:
    moved = order(status=current).followed_by(draft(status=given))

    assert (moved.progress.status, moved.version) == (Status(given), 2)


def test_a_closed_order_is_closed_and_nothing_becomes_new_again() -> None:
    assert FOLLOWS[Status.CLOSED] == frozenset()
    assert not any(Status.NEW in following for following in FOLLOWS.values())


def test_an_order_that_was_returned_less_often_tells_of_an_earlier_state() -> None:
    with pytest.raises(OrderGoesBack):
        order(status="dispatched", return_count=2).followed_by(draft(return_count=1))


def test_a_point_is_kept_in_millionths_of_a_degree() -> None:
    line = draft(geo={"longitude": 106.936393, "latitude": 33.0})

    assert line.statement.geo == (106936393, 33000000)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"received_at": (NOW + timedelta(seconds=1)).isoformat()}, OrderReceivedInFuture),
        ({"territory_code": "6107"}, LiesTooWide),
        ({"estate_code": "610703001-0042-0"}, EstateCodeWrong),
        ({"estate_code": make_estate_code("610703002", 42)}, EstateCodeWrong),
    ],
)
def test_an_order_that_cannot_be_is_not_admitted(given: dict[str, str], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        draft(**given).require_admissible(NOW)


def test_an_estate_code_of_the_same_town_is_admitted() -> None:
    for territory in ("610703", "610703001", "610703001001"):
        draft(territory_code=territory, estate_code=make_estate_code("610703001", 42)).require_admissible(NOW)
