from collections.abc import Callable
from datetime import date
from functools import cache
from uuid import UUID

import pytest

from estate_registry.estates.domain import Estate, Operator, OperatorKind, Profile, ServiceMode
from estate_registry.imports.domain import (
    Candidate,
    Deed,
    FindingKind,
    Known,
    Layout,
    Limits,
    Outcome,
    Seen,
    Setting,
    decide,
    detect_layout,
    settle,
)
from estate_registry.imports.setting import estate_types
from estate_registry.seed import read_territories
from estate_registry.territories.domain import Gazetteer

HEADER = [
    *("编号", "名称", "镇街", "社区", "区划代码", "地址", "类型"),
    *("建成年份", "楼栋数", "户数", "面积", "物业费", "物业公司", "三无"),
]
TOWN = "610703001"
EMPTY = Seen(known={}, places={}, names={}, lines_by_key={}, lines_by_place={})


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


def test_a_new_row_is_registered_a_clean_one_as_taken_and_one_with_findings_as_repaired() -> None:
    clean = taken(
        名称="a", 地址="b", 建成年份="1990", 楼栋数="1", 户数="2", 面积="3", 物业费="0.30", 三无="否"
    )
    messy = taken(名称="a", 地址="b", 建成年份="1990年")

    assert (settle(clean, seen=EMPTY).outcome, settle(clean, seen=EMPTY).deed) == (
        Outcome.TAKEN,
        Deed.REGISTER,
    )
    assert (settle(messy, seen=EMPTY).outcome, settle(messy, seen=EMPTY).deed) == (
        Outcome.REPAIRED,
        Deed.REGISTER,
    )


def seen(**given: object) -> Seen:
    return Seen(**{**{name: {} for name in Seen.__dataclass_fields__}, **given})  # type: ignore[arg-type]  # mappings


def test_the_same_row_from_the_same_source_changes_nothing() -> None:
    candidate = taken(编号="1", 名称="a", 户数="约20户")
    known = Known(estate=estate_of(candidate), content_hash=candidate.content_hash)

    settled = settle(candidate, seen=seen(known={candidate.key: known}))

    assert (settled.outcome, settled.deed, settled.findings) == (Outcome.UNCHANGED, Deed.NONE, ())


def test_a_changed_row_updates_what_it_states_and_keeps_the_rest() -> None:
    before = taken(编号="1", 名称="a", 户数="20", 建成年份="1990")
    after = taken(编号="1", 名称="a", 户数="24")
    known = Known(estate=estate_of(before), content_hash=before.content_hash)

    settled = settle(after, seen=seen(known={after.key: known}))

    assert (settled.outcome, settled.deed) == (Outcome.REPAIRED, Deed.UPDATE)
    assert settled.profile == Profile(name="a", households=24, year_built=1990)


def test_an_estate_of_another_source_is_known_again_and_left_as_it_is() -> None:
    candidate = taken(编号="9", 名称="汉山小区", 地址="汉山路1号", 户数="24")
    estate = estate_of(taken(名称="汉山小区", 地址="汉山路1号", 户数="20"))

    settled = settle(candidate, seen=seen(places={candidate.place: estate}))

    assert (settled.outcome, settled.deed, settled.estate) == (Outcome.UNCHANGED, Deed.REMEMBER, estate)
    assert settled.findings[-1].kind is FindingKind.ALREADY_REGISTERED


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (lambda one: {"lines_by_key": {one.key: 7}}, FindingKind.REPEATED_ID),
        (lambda one: {"lines_by_place": {one.place: 7}}, FindingKind.REPEATED_PLACE),
    ],
)
def test_a_row_that_repeats_an_earlier_one_is_refused_and_names_it(
    given: Callable[[Candidate], dict[str, object]], kind: FindingKind
) -> None:
    candidate = taken(编号="1", 名称="a")

    settled = settle(candidate, seen=seen(**given(candidate)))

    assert (settled.outcome, settled.findings[-1].kind) == (Outcome.REFUSED, kind)
    assert "7" in settled.findings[-1].result


def test_a_number_known_in_another_town_is_refused() -> None:
    candidate = taken(编号="1", 名称="a")
    elsewhere = estate_of(taken(target="610703002", 编号="1", 名称="a"))
    known = Known(estate=elsewhere, content_hash=candidate.content_hash)

    settled = settle(candidate, seen=seen(known={candidate.key: known}))

    assert settled.findings[-1].kind is FindingKind.KNOWN_ELSEWHERE


def test_a_namesake_at_another_address_is_registered_with_a_note() -> None:
    candidate = taken(名称="南苑小区", 地址="南郑大道1号")

    settled = settle(candidate, seen=seen(names={(TOWN, "南苑小区"): "610703001-0001-4"}))

    assert (settled.deed, settled.findings[-1].kind) == (Deed.REGISTER, FindingKind.SAME_NAME)
