import json
from datetime import date
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field, create_model

from shared.contracts import CATALOGUE, Event, Upcaster, Upcasters
from shared.contracts.schemas import (
    FOLDER,
    Breach,
    events_page,
    incompatible,
    inspect,
    snapshot,
    stored,
    write,
)

NAME = "nz.estate-registry.BenchPainted.v1"
V2 = "nz.estate-registry.BenchPainted.v2"
V3 = "nz.estate-registry.BenchCoated.v3"
ELSEWHERE = "nz.supervision.BenchMoved.v1"
LIFTED: Upcasters = {
    NAME: Upcaster(to=V2, lift=lambda old: old | {"layers": old["coats"]}),
    V2: Upcaster(to=V3, lift=lambda old: {"bench_id": old["bench_id"], "layers": old["layers"]}),
}


class Place(BaseModel):
    """Where the bench stands; a place may lie within another."""

    gate: int
    within: "Place | None" = None


class BenchPainted(Event):
    """A bench was painted."""

    name: ClassVar[str] = NAME

    bench_id: str = Field(max_length=20)
    colour: Literal["red", "green"]
    painted_on: date
    coats: int = Field(ge=1, default=1)
    places: list[Place]
    remark: str | None = None


def _changed(**fields: object) -> type[Event]:
    """Return the same fact with other fields."""
    # The overloads of create_model do not know fields that are unpacked from a mapping.
    return create_model(  # type: ignore[call-overload,no-any-return]
        "BenchPainted", __base__=BenchPainted, __doc__=BenchPainted.__doc__, **fields
    )


class BenchCoated(Event):
    """A bench got its coats; what became of BenchPainted."""

    name: ClassVar[str] = V3

    bench_id: str
    layers: int


class BenchMoved(Event):
    """A bench is another context's matter now."""

    name: ClassVar[str] = ELSEWHERE

    bench_id: str


class WithoutRemark(Event):
    """A bench was painted."""

    name: ClassVar[str] = NAME

    bench_id: str = Field(max_length=20)
    colour: Literal["red", "green"]
    painted_on: date
    coats: int = Field(ge=1, default=1)
    places: list[Place]


class NarrowPlace(BaseModel):
    """A place that can no longer lie within another."""

    gate: int


class MorePersonal(BenchPainted):
    """A bench was painted by someone."""

    pii_level: ClassVar[int] = 1


BREAKING = [
    (WithoutRemark, "/remark: removed"),
    (_changed(painter=(str, ...)), "/painter: new and required"),
    (_changed(remark=(str | None, ...)), "/remark: was optional, is required"),
    (_changed(coats=(str, "1")), "/coats: was integer, is string"),
    (_changed(painted_on=(str, ...)), "/painted_on: was string date, is string"),
    (_changed(coats=(int | None, Field(ge=1, default=1))), "/coats: was integer, is integer or null"),
    (_changed(remark=(str, "")), "/remark: was null or string, is string"),
    (_changed(colour=(Literal["red"], ...)), "/colour: no longer admits 'green'"),
    (_changed(colour=(str, ...)), "/colour: is no longer limited to a set"),
    (_changed(remark=(Literal["dry"] | None, None)), "/remark: is limited to a set now"),
    (_changed(bench_id=(str, Field(max_length=10))), "/bench_id: maxLength was 20, is 10"),
    (_changed(coats=(int, Field(ge=2, default=1))), "/coats: minimum was 1, is 2"),
    (_changed(coats=(int, Field(ge=1, default=2))), "/coats: the default was 1, is 2"),
    (_changed(coats=(int, Field(ge=1, default=1, multiple_of=2))), "/coats: multipleOf was open, is 2"),
    (_changed(painted_on=(date, date(2026, 3, 2))), "/painted_on: was required, is optional"),
    (_changed(coats=(int, Field(ge=1, le=9, default=1))), "/coats: maximum was open, is 9"),
    (_changed(bench_id=(str, Field(max_length=20, pattern="^B"))), "/bench_id: pattern was open, is ^B"),
    (_changed(places=(list[NarrowPlace], ...)), "/places/*/within: removed"),
    (_changed(places=(list[str], ...)), "/places/*: was object, is string"),
    (_changed(places=(dict[str, Place], ...)), "/places: was array, is object"),
    (MorePersonal, "the level of personal data rose"),
]

GROWTH = [
    BenchPainted,
    _changed(painter=(str | None, None)),
    _changed(colour=(Literal["red", "green", "blue"], ...)),
    _changed(bench_id=(str, Field(max_length=40))),
    _changed(coats=(int, 1)),
]


def test_every_fact_has_a_snapshot_that_equals_its_class() -> None:
    assert {name: snapshot(fact) for name, fact in CATALOGUE.items()} == stored(FOLDER)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_snapshot_is_a_valid_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(snapshot(CATALOGUE[name]))


def test_every_fact_is_listed_under_its_own_name() -> None:
    assert [fact.name for fact in CATALOGUE.values()] == list(CATALOGUE)
    assert [name for name, fact in CATALOGUE.items() if fact.__name__ != name.split(".")[2]] == []


@pytest.mark.parametrize(("changed", "complaint"), BREAKING, ids=[complaint for _, complaint in BREAKING])
def test_a_change_that_breaks_readers_is_named(changed: type[Event], complaint: str) -> None:
    assert incompatible(snapshot(BenchPainted), snapshot(changed)) == [complaint]


@pytest.mark.parametrize("changed", GROWTH)
def test_growth_does_not_break_any_reader(changed: type[Event]) -> None:
    assert incompatible(snapshot(BenchPainted), snapshot(changed)) == []


def test_a_new_fact_is_written_and_then_up_to_date(tmp_path: Path) -> None:
    before = write({NAME: BenchPainted}, tmp_path)

    assert (before.stale, before.breaking) == ([NAME], [])
    assert stored(tmp_path) == {NAME: snapshot(BenchPainted)}
    assert not inspect({NAME: BenchPainted}, tmp_path)


def test_a_breaking_change_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write({NAME: BenchPainted}, tmp_path)

    findings = write({NAME: WithoutRemark, "nz.x.New.v1": BenchPainted}, tmp_path)

    assert findings.breaking == [Breach(fact=NAME, change="/remark: removed")]
    assert stored(tmp_path) == {NAME: snapshot(BenchPainted)}


def test_a_fact_that_disappears_is_a_breaking_change(tmp_path: Path) -> None:
    write({NAME: BenchPainted}, tmp_path)

    breach = Breach(fact=NAME, change="has a snapshot but neither class nor upcaster")
    assert inspect({}, tmp_path).breaking == [breach]


def test_a_breach_names_the_services_that_listen(tmp_path: Path) -> None:
    write({NAME: BenchPainted}, tmp_path)

    found = inspect({NAME: WithoutRemark}, tmp_path, consumers={NAME: ["supervision", "exchange"]})

    assert [str(breach) for breach in found.breaking] == [
        f"{NAME}: /remark: removed (breaks exchange, supervision)"
    ]


def test_a_retired_version_that_an_upcaster_lifts_is_no_breach(tmp_path: Path) -> None:
    write({NAME: BenchPainted}, tmp_path)

    assert not inspect({V3: BenchCoated}, tmp_path, upcasters=LIFTED).breaking


@pytest.mark.parametrize(
    ("catalogue", "upcasters", "change"),
    [
        ({V3: BenchCoated}, {}, "has a snapshot but neither class nor upcaster"),
        ({}, LIFTED, f"is lifted to {V3}, which has no class"),
        ({V3: BenchCoated}, {NAME: LIFTED[NAME]}, f"is lifted to {V2}, which has no class"),
        ({NAME: BenchPainted, V3: BenchCoated}, LIFTED, "has a class and an upcaster"),
        (
            {ELSEWHERE: BenchMoved},
            {NAME: Upcaster(to=ELSEWHERE, lift=lambda old: {"bench_id": old["bench_id"]})},
            f"is lifted to {ELSEWHERE}, whose readers do not read its topic",
        ),
    ],
)
def test_a_version_that_nothing_reads_is_a_breach(
    catalogue: dict[str, type[Event]], upcasters: Upcasters, change: str, tmp_path: Path
) -> None:
    write({NAME: BenchPainted}, tmp_path)

    found = inspect(catalogue, tmp_path, upcasters=upcasters, consumers={NAME: ["exchange"]})

    assert found.breaking == [Breach(fact=NAME, change=change, consumers=("exchange",))]


def test_a_schema_of_yesterday_admits_what_today_adds() -> None:
    painted = {"bench_id": "b1", "colour": "red", "painted_on": "2026-03-02", "places": []}

    Draft202012Validator(snapshot(BenchPainted)).validate(painted | {"painter": "someone"})


def test_a_snapshot_edited_by_hand_is_out_of_date(tmp_path: Path) -> None:
    write({NAME: BenchPainted}, tmp_path)
    edited = snapshot(BenchPainted) | {"description": "Another sentence."}
    (tmp_path / f"{NAME}.json").write_text(json.dumps(edited), encoding="utf-8")

    assert inspect({NAME: BenchPainted}, tmp_path).stale == [NAME]


def test_the_page_names_producer_fields_and_consumers() -> None:
    page = events_page({NAME: BenchPainted}, {NAME: ["supervision", "exchange"]})

    assert "## estate-registry\n" in page
    assert "### BenchPainted\n\nA bench was painted.\n" in page
    assert "- consumers: exchange, supervision\n" in page
    assert "| painted_on | date |  |\n" in page
    assert "| colour | `red`, `green` |  |\n" in page
    assert "| remark | string or null | optional |\n" in page
    assert "| places | list of Place |  |\n" in page
