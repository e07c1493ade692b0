from datetime import date
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_registry.estates.domain import Estate, Operator, OperatorKind, ServiceMode
from estate_registry.imports.domain import (
    Candidate,
    Counts,
    Finding,
    FindingKind,
    Known,
    Layout,
    Limits,
    Outcome,
    Refused,
    Seen,
    Setting,
    decide,
    detect_layout,
    place_of,
    settle,
    told,
)
from estate_registry.imports.setting import estate_types
from estate_registry.seed import read_territories
from estate_registry.territories.domain import Gazetteer

HEADER = [
    *("编号", "名称", "镇街", "社区", "区划代码", "地址", "类型"),
    *("建成年份", "楼栋数", "户数", "面积", "物业费", "物业公司", "三无"),
]
WIDTH = len(HEADER)
TOWN = "610703001"


@cache
def layout() -> Layout:
    found = detect_layout([(1, HEADER)])
    assert found is not None
    return found


@cache
def setting(target: str = TOWN) -> Setting:
    return Setting(
        target=target,
        gazetteer=Gazetteer(read_territories()),
        limits=Limits(
            earliest_year=1900,
            this_year=2026,
            buildings=500,
            households=30_000,
            area_m2x100=500_000_000,
            fee_fen=10_000,
        ),
        types=estate_types(),
    )


def row(**cells: str) -> list[str]:
    return [cells.get(header, "") for header in HEADER]


def taken(*, target: str = TOWN, **cells: str) -> Candidate:
    decision = decide(row(**cells), layout=layout(), setting=setting(target))
    assert isinstance(decision, Candidate)
    return decision


def refused(*, target: str = TOWN, **cells: str) -> FindingKind:
    decision = decide(row(**cells), layout=layout(), setting=setting(target))
    assert isinstance(decision, Refused)
    return decision.findings[-1].kind


def estate_of(candidate: Candidate, *, number: int = 1) -> Estate:
    return Estate(
        id=UUID(int=number),
        code=f"{candidate.town}-{number:04d}-0",
        territory=candidate.territory,
        profile=candidate.profile,
        mode=ServiceMode.COMMUNITY_MANAGEMENT,
        operator=Operator(kind=OperatorKind.CUSTODY, custodian="610703001:town"),
        registered_on=date(2026, 3, 2),
        covered_from=date(2025, 1, 1),
    )


cells = st.sampled_from(["", "1", "4栋", "约20户", "合计", "汉山街道", "城东社区", "写字楼", "=1+1", "1998"])
rows = st.lists(
    st.lists(cells | st.text(max_size=12), max_size=WIDTH + 2) | st.just(row(名称="汉山小区")), max_size=25
)


@given(rows)
def test_every_row_comes_to_exactly_one_outcome_and_a_second_import_changes_nothing(
    lines: list[list[str]],
) -> None:
    first = Register()
    counts = first.take_in(lines)

    second = Register(known=first.known, places=first.places)
    again = second.take_in(lines)

    assert counts.done == counts.rows == len(lines)
    assert (again.taken, again.repaired) == (0, 0)
    assert again.unchanged == counts.taken + counts.repaired + counts.unchanged
    assert again.refused == counts.refused
    assert second.places == first.places


@given(st.lists(cells | st.text(), max_size=WIDTH + 3))
def test_a_refused_row_says_why_and_every_finding_can_be_told(line: list[str]) -> None:
    decision = decide(line, layout=layout(), setting=setting())

    assert isinstance(decision, Candidate) or decision.findings
    for finding in decision.findings:
        assert all(told(finding, language="zh"))
        assert all(told(finding, language="en"))


@pytest.mark.parametrize("kind", list(FindingKind))
def test_every_kind_of_finding_is_told_in_both_languages(kind: FindingKind) -> None:
    finding = Finding(kind=kind, field="name", value="x", result="RESULT")

    assert all(
        text and "{" not in text for text in told(finding, language="zh") + told(finding, language="en")
    )


class Register:
    """A register of one town as rows see it: what the ledger does with the database, in memory."""

    def __init__(
        self, known: dict[str, Known] | None = None, places: dict[str, Estate] | None = None
    ) -> None:
        self.known = dict(known or {})
        self.places = dict(places or {})
        self.lines_by_key: dict[str, int] = {}
        self.lines_by_place: dict[str, int] = {}

    def take_in(self, lines: list[list[str]]) -> Counts:
        outcomes = [self.take(number, line) for number, line in enumerate(lines, start=2)]
        return Counts(rows=len(lines)).plus(outcomes)

    def take(self, number: int, line: list[str]) -> Outcome:
        decision = decide(line, layout=layout(), setting=setting())
        if isinstance(decision, Refused):
            return Outcome.REFUSED
        settled = settle(
            decision,
            seen=Seen(
                known=self.known,
                places=self.places,
                names={},
                lines_by_key=self.lines_by_key,
                lines_by_place=self.lines_by_place,
            ),
        )
        if settled.outcome is not Outcome.REFUSED:
            self.enter(number, decision, settled.estate or estate_of(decision, number=number))
        return settled.outcome

    def enter(self, number: int, candidate: Candidate, estate: Estate) -> None:
        self.lines_by_key[candidate.key] = number
        self.lines_by_place[candidate.place] = number
        self.known[candidate.key] = Known(estate=estate, content_hash=candidate.content_hash)
        self.places.setdefault(place_of(estate.town, estate.profile), estate)
