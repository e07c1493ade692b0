"""Masks for personal data, and a scan that finds it in free text (Y-06).

A mask shows what tells two persons apart to someone who knows them, and hides how long the rest was.
Where a value does not have the form a mask expects, more is hidden, never less.
"""

import re
from collections.abc import Callable
from typing import Final

from shared.kernel.identifiers import check_citizen_id

__all__ = [
    "mask_address",
    "mask_bank_account",
    "mask_citizen_id",
    "mask_free_text",
    "mask_name",
    "mask_phone",
]

_STARS: Final = "****"
# Forms of full width stand this far behind their ASCII twins in Unicode, but for the blank.
_FULL_WIDTH_OFFSET: Final = 0xFEE0
_FULL_WIDTH: Final = {ord(half) + _FULL_WIDTH_OFFSET: half for half in "0123456789Xx()-+"} | {0x3000: " "}
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]")
_PREFIX: Final = r"(?:(?:\+|00)?86[- ]?)?"
_MOBILE: Final = re.compile(rf"(?<![0-9]){_PREFIX}(1[3-9][0-9][- ]?[0-9]{{4}}[- ]?[0-9]{{4}})(?![0-9])")
_LANDLINE: Final = re.compile(
    rf"(?<![0-9]){_PREFIX}\(?(?P<area>0[0-9]{{2,3}})\)?[- ]?(?P<local>[2-9][0-9]{{6,7}})(?![0-9])"
)
# A number without its area code looks like any other; it is one where the words before it say so.
_LOCAL: Final = re.compile(
    r"(?P<cue>(?:电话|座机|号码|固话|拨打|致电|联系)[是为:： ]{0,2})(?P<local>[2-9][0-9]{6,7})(?![0-9])"
)
_CITIZEN_ID: Final = re.compile(r"(?<![0-9])[1-9][0-9]{5}[- ]?[0-9]{8}[- ]?[0-9]{3}[0-9Xx](?![0-9A-Za-z])")
_ID_LENGTH: Final = 18
_LEAST_LENGTH_WITH_TAIL: Final = 8
_BUILDING: Final = re.compile(r"\A.*?[0-9A-Za-z一二三四五六七八九十百]+(?:号楼|栋|幢|座)")
_TEXT_BEFORE_NUMBERS: Final = re.compile(r"\A[^0-9]*")


def mask_name(name: str) -> str:
    """Show the first character of a name: `张*`."""
    return f"{name[:1]}*" if name else ""


def mask_phone(phone: str) -> str:
    """Show the ends of a mobile number (`138****1234`), the area code and last two digits of another."""
    plain = phone.translate(_FULL_WIDTH).strip()
    mobile = _MOBILE.fullmatch(plain)
    if mobile is not None:
        digits = _NOT_A_DIGIT.sub("", mobile[1])
        return f"{digits[:3]}{_STARS}{digits[-4:]}"
    landline = _LANDLINE.fullmatch(plain)
    if landline is not None:
        return f"{landline['area']}{_STARS}{landline['local'][-2:]}"
    return _tail(plain, shown=2)


def mask_citizen_id(citizen_id: str) -> str:
    """Show region and last four characters of a citizen ID: `610703********0019`.

    Of a document of another length only the last four characters are shown.
    """
    plain = citizen_id.translate(_FULL_WIDTH).strip().upper()
    if len(plain) != _ID_LENGTH:
        return _tail(plain, shown=4)
    return f"{plain[:6]}{_STARS * 2}{plain[-4:]}"


def mask_bank_account(account: str) -> str:
    """Show the last four characters of an account: `****1234`."""
    return _tail("".join(account.split()), shown=4)


def mask_address(address: str) -> str:
    """Show an address to the building; one that names no building, to its first number."""
    plain = address.translate(_FULL_WIDTH)
    match = _BUILDING.match(plain) or _TEXT_BEFORE_NUMBERS.match(plain)
    shown = match[0] if match is not None else ""
    return address if len(shown) == len(address) else address[: len(shown)] + _STARS


def mask_free_text(text: str) -> str:
    """Mask every citizen ID with a fitting check and every phone number in a text; leave the rest as it is.

    Digits may be of full width and grouped by blanks or hyphens.
    """
    without_ids = _replace(_CITIZEN_ID, text, _masked_when_valid)
    without_mobiles = _replace(_MOBILE, without_ids, lambda found: mask_phone(found[0]))
    without_landlines = _replace(_LANDLINE, without_mobiles, lambda found: mask_phone(found[0]))
    return _replace(_LOCAL, without_landlines, lambda found: found["cue"] + mask_phone(found["local"]))


def _masked_when_valid(found: re.Match[str]) -> str:
    digits = re.sub(r"[- ]", "", found[0])
    return mask_citizen_id(digits) if check_citizen_id(digits).valid else found[0]


def _tail(text: str, *, shown: int) -> str:
    return _STARS + (text[-shown:] if len(text) >= _LEAST_LENGTH_WITH_TAIL else "")


def _replace(pattern: re.Pattern[str], text: str, mask: Callable[[re.Match[str]], str]) -> str:
    """Replace what the pattern finds in the half-width reading of a text, which is as long as the text."""
    pieces: list[str] = []
    done = 0
    for found in pattern.finditer(text.translate(_FULL_WIDTH)):
        masked = mask(found)
        unchanged = masked == found[0]
        pieces += [text[done : found.start()], text[found.start() : found.end()] if unchanged else masked]
        done = found.end()
    return "".join([*pieces, text[done:]])
