import pytest
from hypothesis import given
from hypothesis import strategies as st

from estate_registry.imports.domain.findings import FindingKind
from estate_registry.imports.domain.values import (
    Fee,
    Limits,
    read_area,
    read_count,
    read_fee,
    read_flag,
    read_year,
)

K = FindingKind
LIMITS = Limits(
    earliest_year=1900,
    this_year=2026,
    buildings=500,
    households=30_000,
    area_m2x100=500_000_000,
    fee_fen=10_000,
)
Read = tuple[object, FindingKind | None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("300", (300, None)),
        ("4栋", (4, K.UNIT_REMOVED)),
        ("300户", (300, K.UNIT_REMOVED)),
        ("\uff11\uff12", (12, K.REFORMATTED)),
        (" 12 ", (12, K.REFORMATTED)),
        ("1,234户", (1234, K.UNIT_REMOVED)),
        ("约300户", (300, K.APPROXIMATE)),
        ("300余户", (300, K.APPROXIMATE)),
        ("12-15栋", (12, K.RANGE_LOWER)),
        ("252至260户", (252, K.RANGE_LOWER)),
        ("1.2万户", (12_000, K.UNIT_REMOVED)),
        ("十二幢", (12, K.CHINESE_NUMERAL)),
        ("三百二十户", (320, K.CHINESE_NUMERAL)),
        ("一万零五", (10_005, K.CHINESE_NUMERAL)),
        ("", (None, K.MISSING)),
        ("未知", (None, K.MISSING)),
        ("不少户", (None, K.UNREADABLE)),
        ("3.5栋", (None, K.UNREADABLE)),
        ("-4", (None, K.UNREADABLE)),
        ("4栋楼房和2间", (None, K.UNREADABLE)),
        ("0", (None, K.IMPLAUSIBLE)),
        ("9999999", (None, K.IMPLAUSIBLE)),
    ],
)
def test_a_count_is_read_from_what_people_write(text: str, expected: Read) -> None:
    reading = read_count(text, field="households", most=30_000)

    assert (reading.value, reading.finding and reading.finding.kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1998", (1998, None)),
        ("2009年建成", (2009, K.UNIT_REMOVED)),
        ("\uff12\uff10\uff10\uff19年", (2009, K.UNIT_REMOVED)),
        ("2009.0", (2009, K.REFORMATTED)),
        ("1998-06", (1998, K.REFORMATTED)),
        ("1998/6/1", (1998, K.REFORMATTED)),
        ("1998年6月", (1998, K.REFORMATTED)),
        ("1998-06-01 00:00:00", (1998, K.REFORMATTED)),
        ("1995-1998年", (1995, K.RANGE_LOWER)),
        ("约2000年", (2000, K.APPROXIMATE)),
        ("98年", (1998, K.TWO_DIGIT_YEAR)),
        ("05年", (2005, K.TWO_DIGIT_YEAR)),
        ("80年代", (1980, K.RANGE_LOWER)),
        ("2000年代", (2000, K.RANGE_LOWER)),
        ("一九八六年", (1986, K.CHINESE_NUMERAL)),
        ("二〇〇三年建成", (2003, K.CHINESE_NUMERAL)),
        ("未知", (None, K.MISSING)),
        ("建成", (None, K.UNREADABLE)),
        ("199", (None, K.UNREADABLE)),
        ("2109年建成", (None, K.IMPLAUSIBLE)),
        ("1066", (None, K.IMPLAUSIBLE)),
    ],
)
def test_a_year_of_completion_is_read_from_what_people_write(text: str, expected: Read) -> None:
    reading = read_year(text, field="year_built", limits=LIMITS)

    assert (reading.value, reading.finding and reading.finding.kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8000", (800_000, None)),
        ("8000.5", (800_050, None)),
        ("43740.25", (4_374_025, None)),
        ("12,500㎡", (1_250_000, K.UNIT_REMOVED)),
        ("1.25万平方米", (1_250_000, K.UNIT_REMOVED)),
        ("7125平", (712_500, K.UNIT_REMOVED)),
        ("100.005", (10_001, K.ROUNDED)),
        ("3900平方米左右", (390_000, K.APPROXIMATE)),
        ("暂无", (None, K.MISSING)),
        ("8亩", (None, K.UNREADABLE)),
        ("0", (None, K.IMPLAUSIBLE)),
        ("99999999", (None, K.IMPLAUSIBLE)),
    ],
)
def test_an_area_is_read_to_the_hundredth_of_a_square_metre(text: str, expected: Read) -> None:
    reading = read_area(text, field="area", most=LIMITS.area_m2x100)

    assert (reading.value, reading.finding and reading.finding.kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.5至1.68元/平米/月", (Fee(50, 168), K.UNIT_REMOVED)),
        ("2.38元/平米/月", (Fee(238, 238), K.UNIT_REMOVED)),
        ("3.28至6元/平米/月", (Fee(328, 600), K.UNIT_REMOVED)),
        ("0.4元/平方米·月", (Fee(40, 40), K.UNIT_REMOVED)),
        ("1.68~0.5元", (Fee(50, 168), K.UNIT_REMOVED)),
        ("0.30", (Fee(30, 30), None)),
        ("暂无信息", (None, K.MISSING)),
        ("10元/户/月", (None, K.UNREADABLE)),
        ("按面积收", (None, K.UNREADABLE)),
        ("5000元/平米/月", (None, K.IMPLAUSIBLE)),
    ],
)
def test_a_fee_is_read_as_fen_from_and_to(text: str, expected: Read) -> None:
    reading = read_fee(text, field="fee", most=LIMITS.fee_fen)

    assert (reading.value, reading.finding and reading.finding.kind) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("是", (True, None)),
        ("√", (True, None)),
        ("三无小区", (True, None)),
        ("否", (False, None)),
        ("无", (False, None)),
        ("N", (False, None)),
        ("", (None, K.MISSING)),
        ("也许", (None, K.UNREADABLE)),
    ],
)
def test_a_flag_is_yes_or_no_or_nothing(text: str, expected: Read) -> None:
    reading = read_flag(text, field="three_no")

    assert (reading.value, reading.finding and reading.finding.kind) == expected


@given(st.text(max_size=60) | st.from_regex(r"[0-9一二十百千万约,.~至栋户年元平米/\- ]{0,25}"))
def test_no_cell_is_too_odd_to_be_read_or_left_out(text: str) -> None:
    readings = (
        read_count(text, field="f", most=500),
        read_year(text, field="f", limits=LIMITS),
        read_area(text, field="f", most=LIMITS.area_m2x100),
        read_fee(text, field="f", most=LIMITS.fee_fen),
        read_flag(text, field="f"),
    )

    for reading in readings:
        assert reading.value is not None or reading.finding is not None


@given(st.integers(1, 30_000))
def test_a_plain_number_gives_no_finding(count: int) -> None:
    reading = read_count(str(count), field="households", most=30_000)

    assert (reading.value, reading.finding) == (count, None)


@given(st.integers(1, 50_000_000))
def test_an_area_written_out_is_read_back_without_loss(area: int) -> None:
    text = f"{area // 100}.{area % 100:02d}"

    assert read_area(text, field="area", most=LIMITS.area_m2x100).value == area
