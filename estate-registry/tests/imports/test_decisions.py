from functools import cache

import pytest

from estate_registry.estates.domain import Profile
from estate_registry.imports.domain import (
    Candidate,
    FindingKind,
    Layout,
    Limits,
    Refused,
    Setting,
    decide,
    detect_layout,
)
from estate_registry.imports.setting import estate_types
from estate_registry.seed import read_territories
from estate_registry.territories.domain import Gazetteer

HEADER = [
    *("编号", "名称", "镇街", "社区", "区划代码", "地址", "类型"),
    *("建成年份", "楼栋数", "户数", "面积", "物业费", "物业公司", "三无"),
]
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


def test_a_full_row_is_taken_with_all_it_states() -> None:
    candidate = taken(
        编号="HS001",
        名称="汉山小区",
        镇街="汉山街道办",
        社区="城东社区",
        地址="汉山路１号",
        类型="住宅小区",
        建成年份="1998",
        楼栋数="4栋",
        户数="120",
        面积="9600",
        物业费="0.5至0.8元/平米/月",
        物业公司="社区代管",
        三无="否",
    )

    assert candidate.territory == "610703001001"
    assert candidate.profile == Profile(
        name="汉山小区",
        address="汉山路1号",
        year_built=1998,
        area_m2x100=960_000,
        buildings=4,
        households=120,
        stated_fee_low_fen=50,
        stated_fee_high_fen=80,
        stated_operator="社区代管",
    )
    assert [(finding.field, finding.kind) for finding in candidate.findings] == [
        ("address", FindingKind.REFORMATTED),
        ("buildings", FindingKind.UNIT_REMOVED),
        ("fee", FindingKind.UNIT_REMOVED),
    ]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"名称": ""}, FindingKind.NO_NAME),
        ({"名称": "——"}, FindingKind.NO_NAME),
        ({"名称": "合 计"}, FindingKind.TOTAL_ROW),
        ({"编号": "合计", "户数": "9000"}, FindingKind.TOTAL_ROW),
        ({"名称": "长" * 201}, FindingKind.TOO_LONG),
        ({"名称": "a", "地址": "长" * 301}, FindingKind.TOO_LONG),
        ({"名称": "某某大厦", "类型": "商务住宅;楼宇;商务写字楼"}, FindingKind.TYPE_REFUSED),
        ({"名称": "某某产业园", "类型": "商务住宅;产业园区;产业园区"}, FindingKind.TYPE_REFUSED),
        ({"名称": "某社区中心", "类型": "商务住宅;住宅区;社区中心"}, FindingKind.TYPE_REFUSED),
        ({"名称": "a", "镇街": "中所营街道"}, FindingKind.OUTSIDE_TERRITORY),
        ({"名称": "a", "区划代码": "610703102001"}, FindingKind.OUTSIDE_TERRITORY),
    ],
)
def test_what_is_no_estate_of_this_territory_is_refused(cells: dict[str, str], kind: FindingKind) -> None:
    assert refused(**cells) is kind


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("商务住宅;住宅区;住宅小区", False),
        ("商务住宅;住宅区;宿舍", False),
        ("商务住宅;商务住宅相关;商务住宅相关", True),
        ("商务住宅;楼宇;楼宇相关|商务住宅;住宅区;住宅小区", True),
        ("购物服务;便民商店|商务住宅;住宅区;住宅小区", False),
        ("地名地址信息", True),
        ("家属院", False),
    ],
)
def test_a_type_that_leaves_it_open_is_taken_with_a_note(text: str, doubtful: bool) -> None:  # noqa: FBT001 - a column of the table
    kinds = [finding.kind for finding in taken(名称="a", 类型=text).findings]

    assert (FindingKind.TYPE_DOUBTFUL in kinds) is doubtful


@pytest.mark.parametrize(
    ("cells", "target", "territory"),
    [
        ({}, TOWN, TOWN),
        ({}, "610703001002", "610703001002"),
        ({"镇街": "汉山街道办事处"}, "610703", TOWN),
        ({"镇街": "大河坎", "社区": "渔营社区"}, "610703", "610703102006"),
        ({"社区": "艺苑社区居委会"}, "610703", "610703102005"),
        ({"镇街": "汉山街道"}, "610703001003", "610703001003"),
        ({"区划代码": "610703002001"}, "610703", "610703002001"),
        ({"镇街": "不存在镇"}, TOWN, TOWN),
        ({"镇街": "汉山街道", "社区": "不存在社区"}, "610703", TOWN),
        ({"区划代码": "999999999"}, TOWN, TOWN),
    ],
)
def test_a_row_lies_where_it_says_or_where_the_import_does(
    cells: dict[str, str], target: str, territory: str
) -> None:
    assert taken(target=target, 名称="a", **cells).territory == territory


def test_a_row_without_a_town_needs_an_import_that_has_one() -> None:
    assert refused(target="610703", 名称="a") is FindingKind.NO_TOWN
