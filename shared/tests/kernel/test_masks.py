"""Masks hide what they must, whatever the form, and free text leaks no number of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel import (
    mask_address,
    mask_bank_account,
    mask_citizen_id,
    mask_free_text,
    mask_name,
    mask_phone,
)


def wide(text: str) -> str:
    """Write ASCII in the full width of Chinese input methods."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@pytest.mark.parametrize(("name", "masked"), [("张三", "张*"), ("欧阳建国", "欧*"), ("李", "李*"), ("", "")])
def test_a_name_shows_its_first_character(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        (wide("13812341234"), "138****1234"),
        ("0916-5512345", "0916****45"),
        ("(029)87654321", "029****21"),
        ("5512345", "****"),
        ("55123456", "****56"),
        ("", "****"),
    ],
)
def test_a_phone_number_hides_its_middle(phone: str, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("610703199001010019", "610703********0019"),
        ("11010519491231002x", "110105********002X"),
        ("E12345678", "****5678"),
    ],
)
def test_a_citizen_id_hides_birth_day(number: str, masked: str) -> None:
    assert mask_citizen_id(number) == masked


@pytest.mark.parametrize(("account", "masked"), [("6222 0202 0001 1234", "****1234"), ("1234", "****")])
def test_a_bank_account_shows_its_last_four(account: str, masked: str) -> None:
    assert mask_bank_account(account) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("汉山街道幸福小区3号楼2单元501室", "汉山街道幸福小区3号楼****"),
        ("大河坎镇和谐家园" + wide("A") + "座" + wide("1203"), "大河坎镇和谐家园" + wide("A") + "座****"),
        ("鼓楼社区五栋三单元", "鼓楼社区五栋****"),
        ("幸福小区3号楼", "幸福小区3号楼"),
        ("幸福小区2单元501", "幸福小区****"),
        ("幸福小区", "幸福小区"),
    ],
)
def test_an_address_ends_at_the_building(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "业主身份证610703199001010019，电话13812341234。",
            "业主身份证610703********0019，电话138****1234。",
        ),
        ("证件" + wide("610703199001010019") + "号", "证件610703********0019号"),
        ("610703 19900101 0019", "610703********0019"),
        ("联系+86-138 1234 1234或（0916）5512345", "联系138****1234或0916****45"),
        ("座机：5512345，物业电话是5512346", "座机：****，物业电话是****"),
    ],
)
def test_free_text_hides_ids_and_phones(text: str, masked: str) -> None:
    assert mask_free_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "单号" + wide("610703199001010018"),
        "2026年3月1日缴费12345.67元，拨打12345",
        "工单20260301123456789012",
        "企业91610703MA6YW8X13N",
        "合同编号 138123412345",
    ],
)
def test_free_text_keeps_other_numbers(text: str) -> None:
    assert mask_free_text(text) == text


@given(st.text(), st.text(), st.sampled_from("3456789"), st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_no_mobile_number_survives_in_free_text(before: str, after: str, second: str, rest: str) -> None:
    number = f"1{second}{rest}"

    assert number not in mask_free_text(f"{before} {number} {after}")


@given(st.text(alphabet="0123456789-+ xX电话：（）一", max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask_free_text(mask_free_text(text)) == mask_free_text(text)
