"""Lookup of rules: the nearest wins, floors hold, faults name the key."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules import MalformedRuleError, RuleBook, RuleParameter, UnknownRuleError

TODAY = date(2026, 3, 2)
TOWN = "610703001"


def rule(  # the fields that matter to a test; the others stand still
    value: str,
    *,
    territory: str = "",
    floor: str = "",
    unit: str = "d",
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
) -> RuleParameter:
    return RuleParameter(
        key="er.notice_days",
        value=value,
        unit=unit,
        source="946",
        tag="C1",
        floor=floor,
        territory=territory,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def days(*rows: RuleParameter, territory: str = TOWN, on: date = TODAY) -> int:
    return RuleBook(rows).integer("er.notice_days", territory=territory, on=on)


def test_the_nearest_territory_wins() -> None:
    rows = [
        rule("3", territory="610703"),
        rule("1"),
        rule("2", territory="61"),
        rule("9", territory="610702"),
    ]

    assert days(*rows) == 3
    assert days(*rows, territory="6107") == 2
    assert days(*rows, territory="") == 1
    assert days(*rows, territory="610702001") == 9


def test_an_estate_may_have_a_rule_of_its_own() -> None:
    assert (
        days(rule("1", territory=TOWN), rule("2", territory="610703001-0042-1"), territory="610703001-0042-1")
        == 2
    )


def test_a_rule_is_in_force_from_its_first_day_until_before_its_last() -> None:
    rows = [
        rule("1", valid_to=date(2026, 3, 2)),
        rule("2", territory="61", valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 4)),
    ]

    assert days(*rows, on=date(2026, 3, 1)) == 1
    assert days(*rows, on=date(2026, 3, 2)) == 2
    assert days(*rows, on=date(2026, 3, 3)) == 2
    with pytest.raises(UnknownRuleError):
        days(*rows, on=date(2026, 3, 4))


def test_a_later_row_of_the_same_territory_replaces_the_earlier_with_its_floor() -> None:
    amended = [rule("60", floor="min"), rule("30", floor="min", valid_from=date(2026, 1, 1))]

    assert days(*amended, rule("40", territory="61")) == 40
    assert days(*amended, rule("40", territory="61"), on=date(2025, 12, 31)) == 60


@pytest.mark.parametrize(
    ("floor", "nearer", "counts"),
    [
        ("min", "60", 60),
        ("min", "61", 61),
        ("min", "59", 60),
        ("max", "59", 59),
        ("max", "61", 60),
        ("", "1", 1),
    ],
)
def test_a_nearer_value_may_not_weaken_a_floor(floor: str, nearer: str, counts: int) -> None:
    assert days(rule("60", floor=floor), rule(nearer, territory="610703")) == counts


def test_a_floor_holds_through_the_territories_between() -> None:
    rows = [rule("30", floor="min"), rule("40", territory="61"), rule("20", territory="610703")]

    assert days(*rows) == 40
    assert days(*rows, rule("35", territory=TOWN)) == 35


@given(
    st.integers(min_value=0, max_value=50),
    st.lists(
        st.tuples(st.sampled_from(["61", "6107", "610703", TOWN]), st.integers(min_value=0, max_value=50))
    ),
    st.sampled_from(["min", "max"]),
)
def test_no_set_of_rows_gets_below_a_statutory_floor(
    statutory: int, nearer: list[tuple[str, int]], floor: str
) -> None:
    rows = [rule(str(value), territory=territory) for territory, value in nearer]
    found = days(rule(str(statutory), floor=floor), *rows)

    assert found >= statutory if floor == "min" else found <= statutory


def test_the_answer_carries_its_source() -> None:
    row = rule("60")

    assert RuleBook([row]).parameter("er.notice_days", territory=TOWN, on=TODAY) is row


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(UnknownRuleError, match=r"No rule 'er\.nothing' for territory '61' on 2026-03-02"):
        RuleBook([rule("1")]).integer("er.nothing", territory="61", on=TODAY)


def test_each_kind_of_value_is_read_exactly() -> None:
    def book(value: str, unit: str = "") -> RuleBook:
        return RuleBook([rule(value, unit=unit)])

    key = "er.notice_days"
    assert book("8.5").tenths(key, territory="", on=TODAY) == 85
    assert book("-12").tenths(key, territory="", on=TODAY) == -120
    assert book("2/3").fraction(key, territory="", on=TODAY) == Fraction(2, 3)
    assert book("0.30").fraction(key, territory="", on=TODAY) == Fraction(3, 10)
    assert book("red list").text(key, territory="", on=TODAY) == "red list"
    assert book("true").flag(key, territory="", on=TODAY) is True
    assert book("false").flag(key, territory="", on=TODAY) is False
    assert book("50000.50", "yuan").fen(key, territory="", on=TODAY) == 5_000_050
    assert book("60", "yuan/m2").fen(key, territory="", on=TODAY) == 6_000
    assert book("60", "fen").fen(key, territory="", on=TODAY) == 60


@pytest.mark.parametrize(
    ("getter", "value", "unit"),
    [
        ("integer", "1.5", "d"),
        ("integer", "", "d"),
        ("tenths", "0.25", "points"),
        ("tenths", "many", "points"),
        ("fraction", "1/0", ""),
        ("flag", "yes", ""),
        ("fen", "1.005", "yuan"),
        ("fen", "1.5", "fen"),
        ("fen", "1", "d"),
    ],
)
def test_a_value_of_another_kind_names_its_key(getter: str, value: str, unit: str) -> None:
    book = RuleBook([rule(value, unit=unit)])

    with pytest.raises(MalformedRuleError, match=r"er\.notice_days"):
        getattr(book, getter)("er.notice_days", territory="", on=TODAY)


@pytest.mark.parametrize(("value", "floor"), [("60", "statutory"), ("sixty", "min")])
def test_a_floor_nothing_can_be_compared_with_is_refused(value: str, floor: str) -> None:
    with pytest.raises(MalformedRuleError, match=r"er\.notice_days"):
        rule(value, floor=floor)
