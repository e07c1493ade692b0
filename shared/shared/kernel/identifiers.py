"""Numbers that carry their own check: company codes, citizen IDs, our estate codes (domain, 9.2).

A check gives a verdict that names every part that is wrong, so that a person can put it right; it never
raises. Codes are read as people type them: surrounding blanks are dropped, letters are raised.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

__all__ = [
    "CodeFault",
    "CodeVerdict",
    "check_citizen_id",
    "check_company_code",
    "is_estate_code",
    "make_estate_code",
]


class CodeFault(StrEnum):
    """The part of a code that is wrong."""

    LENGTH = "length"
    CHARACTER = "character"
    REGION = "region"
    DATE = "date"
    BODY_CHECK = "body_check"
    CHECK = "check"


_CHECK_FAULTS: Final = frozenset({CodeFault.BODY_CHECK, CodeFault.CHECK})
_SENTENCES: Final = {
    CodeFault.LENGTH: ("应为 18 位，请核对位数", "it must have 18 characters: count them"),
    CodeFault.CHARACTER: ("含有不允许的字符，请核对", "it holds a character that is not allowed: compare it"),
    CodeFault.REGION: ("第 3-8 位行政区划码应为数字", "characters 3-8 (the region) must be digits"),
    CodeFault.DATE: ("第 7-14 位不是有效日期", "characters 7-14 are not a date"),
    CodeFault.BODY_CHECK: (
        "第 9-17 位主体标识码的校验码不符",
        "the check character of the body (9-17) does not fit",
    ),
    CodeFault.CHECK: ("最后一位校验码不符", "the last character, the check, does not fit"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeVerdict:
    """What a check found: the code as it should be stored, and each part that is wrong."""

    code: str
    faults: tuple[CodeFault, ...] = ()

    @property
    def valid(self) -> bool:
        """Say whether every part is right."""
        return not self.faults

    @property
    def well_formed(self) -> bool:
        """Say whether nothing but check characters is wrong.

        Some codes of the early trial fail their check and are legal all the same: a caller may take such a
        code on an explicit override with proof from the registry. A malformed code is never taken.
        """
        return _CHECK_FAULTS.issuperset(self.faults)

    def explain(self, language: str) -> str:
        """Return one sentence naming every wrong part, `zh` or `en`; empty when the code is valid."""
        place, comma, stop = (0, "；", "。") if language == "zh" else (1, "; ", ".")
        sentences = [_SENTENCES[fault][place] for fault in self.faults]
        return comma.join(sentences) + stop if sentences else ""


_COMPANY_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_COMPANY_LENGTH: Final = 18
_COMPANY_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_BODY_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BODY_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_REGION: Final = re.compile(r"[0-9]{6}")


def check_company_code(text: str) -> CodeVerdict:
    """Check a unified social credit code (GB 32100-2015): its form, the check of its body, its own check.

    Its body (characters 9-17) is an organisation code of GB 11714.
    """
    code = text.strip().upper()
    if len(code) != _COMPANY_LENGTH:
        return CodeVerdict(code=code, faults=(CodeFault.LENGTH,))
    if not set(code) <= set(_COMPANY_CHARACTERS):
        return CodeVerdict(code=code, faults=(CodeFault.CHARACTER,))
    findings = {
        CodeFault.REGION: _REGION.fullmatch(code[2:8]) is None,
        CodeFault.BODY_CHECK: code[16] != _body_check(code[8:16]),
        CodeFault.CHECK: code[17] != _company_check(code[:17]),
    }
    return CodeVerdict(code=code, faults=tuple(fault for fault, found in findings.items() if found))


def _company_check(leading: str) -> str:
    weighted = zip(_COMPANY_WEIGHTS, map(_COMPANY_CHARACTERS.index, leading), strict=True)
    return _COMPANY_CHARACTERS[-sum(weight * value for weight, value in weighted) % 31]


def _body_check(leading: str) -> str:
    weighted = zip(_BODY_WEIGHTS, map(_BODY_CHARACTERS.index, leading), strict=True)
    return "0123456789X"[-sum(weight * value for weight, value in weighted) % 11]


_CITIZEN_LENGTH: Final = 18
_CITIZEN: Final = re.compile(r"[0-9]{17}[0-9X]")


def check_citizen_id(text: str) -> CodeVerdict:
    """Check a citizen ID (GB 11643-1999): form, a real date of birth, the check character.

    The region is not looked up: districts are renamed and dissolved, the IDs they gave stay valid.
    """
    code = text.strip().upper()
    if len(code) != _CITIZEN_LENGTH:
        return CodeVerdict(code=code, faults=(CodeFault.LENGTH,))
    if _CITIZEN.fullmatch(code) is None:
        return CodeVerdict(code=code, faults=(CodeFault.CHARACTER,))
    findings = {
        CodeFault.DATE: not _is_date(code[6:14]),
        CodeFault.CHECK: code[17] != _citizen_check(code[:17]),
    }
    return CodeVerdict(code=code, faults=tuple(fault for fault, found in findings.items() if found))


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


def _citizen_check(leading: str) -> str:
    """Return the ISO 7064 MOD 11-2 check character, the standard's own table in closed form."""
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(leading))
    return "0123456789X"[(12 - weighted) % 11]


_ESTATE_CODE: Final = re.compile(r"(?P<town>[0-9]{9})-(?P<serial>[0-9]{4})-(?P<check>[0-9])")
_TOWN: Final = re.compile(r"[0-9]{9}")
_LAST_SERIAL: Final = 9999


def make_estate_code(town: str, serial: int) -> str:
    """Return the estate code `<town, 9 digits>-<serial, 4 digits>-<check>`, checked by ISO 7064 MOD 11,10.

    `serial` counts from 1 within a town; raises ValueError when it or the town cannot be written so.
    """
    if _TOWN.fullmatch(town) is None or not 1 <= serial <= _LAST_SERIAL:
        message = f"No estate code for serial {serial} in town {town!r}: 9 digits and 1 to {_LAST_SERIAL}."
        raise ValueError(message)
    return f"{town}-{serial:04d}-{_estate_check(f'{town}{serial:04d}')}"


def is_estate_code(text: str) -> bool:
    """Say whether the text is an estate code with a fitting check digit."""
    match = _ESTATE_CODE.fullmatch(text)
    return match is not None and match["check"] == _estate_check(match["town"] + match["serial"])


def _estate_check(digits: str) -> str:
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
