"""Codes that carry a check: every wrong character is noticed, and the verdict names the wrong part."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

from shared.kernel import (
    CodeFault,
    check_citizen_id,
    check_company_code,
    is_estate_code,
    make_estate_code,
)

COMPANY = "91610703MA6YW8X13N"
CITIZEN = "610703199001010019"
COMPANY_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
COLLECTED = Path(__file__).parents[3].parent / "shared" / "data" / "company-codes.csv"


@pytest.mark.parametrize("code", [COMPANY, "91610703MA6YT3K7X1", "91610703MAB0H9Q268", "91350200MA2YJ1XR9G"])
def test_a_company_code_with_fitting_checks_is_valid(code: str) -> None:
    verdict = check_company_code(f" {code.lower()} ")

    assert (verdict.code, verdict.faults, verdict.valid) == (code, (), True)
    assert verdict.explain("zh") == ""


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("", (CodeFault.LENGTH,)),
        (COMPANY + "0", (CodeFault.LENGTH,)),
        ("91610703MA6IW8X13N", (CodeFault.CHARACTER,)),
        ("91\uff1610703MA6YW8X13N", (CodeFault.CHARACTER,)),
        ("916107A3MA6YW8X13N", (CodeFault.REGION, CodeFault.CHECK)),
        ("91610703MA6YW8X12N", (CodeFault.BODY_CHECK, CodeFault.CHECK)),
        ("91610703MA6YW8X13P", (CodeFault.CHECK,)),
    ],
)
def test_a_company_code_is_told_which_part_is_wrong(code: str, faults: tuple[CodeFault, ...]) -> None:
    assert check_company_code(code).faults == faults


def test_only_a_misfitting_check_may_be_overridden() -> None:
    assert check_company_code("91610703MA6YW8X13P").well_formed
    assert not check_company_code("91610703MA6IW8X13N").well_formed
    assert not check_company_code("916107A3MA6YW8X13N").well_formed


def test_the_explanation_names_every_wrong_part() -> None:
    verdict = check_company_code("91610703MA6YW8X12N")

    assert verdict.explain("zh") == "第 9-17 位主体标识码的校验码不符；最后一位校验码不符。"
    assert verdict.explain("en") == (
        "the check character of the body (9-17) does not fit; the last character, the check, does not fit."
    )


@pytest.mark.skipif(
    not COLLECTED.exists(), reason="shared/data/company-codes.csv is not beside the repository"
)
def test_collected_company_codes_are_told_apart() -> None:
    with COLLECTED.open(encoding="utf-8") as file:
        rows = [(row["uscc"], row["claimed"] == "real") for row in csv.DictReader(file)]

    assert [code for code, real in rows if check_company_code(code).valid != real] == []
    assert (sum(real for _, real in rows), len(rows)) == (300, 313)


@given(st.sampled_from(range(18)), st.sampled_from(COMPANY_CHARACTERS))
def test_one_wrong_character_of_a_company_code_is_noticed(place: int, character: str) -> None:
    changed = COMPANY[:place] + character + COMPANY[place + 1 :]

    assert check_company_code(changed).valid == (changed == COMPANY)


@given(
    st.from_regex(r"[1-9A-Y][1-9][0-9]{6}", fullmatch=True),
    st.text("0123456789ABCDEFGH", min_size=8, max_size=8),
)
def test_a_company_code_valid_to_us_is_valid_to_an_independent_reader(leading: str, body: str) -> None:
    found = [
        leading + body + own + check
        for own in "0123456789X"
        for check in COMPANY_CHARACTERS
        if check_company_code(leading + body + own + check).valid
    ]

    assert all(uscc.calc_check_digit(code[:17]) == code[17] for code in found)
    assert len(found) == (0 if set(leading) & set("IOSV") else 1)


@pytest.mark.parametrize("code", [CITIZEN, "610721196805123026", "612321195503030049", "11010519491231002x"])
def test_a_citizen_id_of_any_region_is_valid(code: str) -> None:
    verdict = check_citizen_id(code)

    assert (verdict.code, verdict.valid) == (code.upper(), True)


@pytest.mark.parametrize(
    ("code", "faults"),
    [
        ("61070319900101001", (CodeFault.LENGTH,)),
        ("X10703199001010019", (CodeFault.CHARACTER,)),
        ("\uff1610703199001010019", (CodeFault.CHARACTER,)),
        ("610703199002300019", (CodeFault.DATE, CodeFault.CHECK)),
        ("610703199001010018", (CodeFault.CHECK,)),
    ],
)
def test_a_citizen_id_is_told_which_part_is_wrong(code: str, faults: tuple[CodeFault, ...]) -> None:
    assert check_citizen_id(code).faults == faults


@given(st.integers(min_value=0, max_value=16), st.integers(min_value=0, max_value=9))
def test_one_wrong_digit_of_a_citizen_id_is_noticed(place: int, digit: int) -> None:
    changed = f"{CITIZEN[:place]}{digit}{CITIZEN[place + 1 :]}"

    assert check_citizen_id(changed).valid == (changed == CITIZEN)


def test_a_leap_day_is_a_date_only_in_a_leap_year() -> None:
    assert CodeFault.DATE not in check_citizen_id("610703200002290019").faults
    assert CodeFault.DATE in check_citizen_id("610703190002290019").faults


def test_an_estate_code_is_written_in_three_groups() -> None:
    assert make_estate_code("610703001", 42) == "610703001-0042-" + mod_11_10.calc_check_digit(
        "6107030010042"
    )


@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(min_value=1, max_value=9_999))
def test_an_estate_code_passes_its_own_check_and_an_independent_one(town: str, serial: int) -> None:
    code = make_estate_code(town, serial)

    assert is_estate_code(code)
    assert mod_11_10.is_valid(code.replace("-", ""))


@given(st.sampled_from([*range(9), *range(10, 14), 15]), st.integers(min_value=0, max_value=9))
def test_one_wrong_digit_of_an_estate_code_is_noticed(place: int, digit: int) -> None:
    code = make_estate_code("610703102", 7)
    changed = f"{code[:place]}{digit}{code[place + 1 :]}"

    assert is_estate_code(changed) == (changed == code)


@pytest.mark.parametrize(
    "text", ["", "61070300100421", "610703001-42-1", "610703001-0042-X", "610703001-0042-1\n"]
)
def test_another_form_is_no_estate_code(text: str) -> None:
    assert not is_estate_code(text)


@pytest.mark.parametrize(
    ("town", "serial"), [("610703", 1), ("61070300A", 1), ("610703001", 0), ("610703001", 10_000)]
)
def test_an_estate_code_cannot_be_made_of_anything(town: str, serial: int) -> None:
    with pytest.raises(ValueError, match="No estate code"):
        make_estate_code(town, serial)
