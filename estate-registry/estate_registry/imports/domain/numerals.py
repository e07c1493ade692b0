"""Numbers as people write them in lists: full width, with thousands, with 万, in Chinese numerals."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

__all__ = ["NUMBER", "chinese_number", "decimal_of", "fold"]

NUMBER: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,10})?"

_DIGITS: Final = {
    digit: value
    for value, digits in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九"))
    for digit in digits
}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_NUMERAL: Final = re.compile(r"\A[零〇一二两三四五六七八九十百千万]{1,12}\Z")
_SCALES: Final = {"万": 10_000, "千": 1_000}


def fold(text: str) -> str:
    """Return a text in half width, without blanks at the ends and without characters nobody sees."""
    normal = unicodedata.normalize("NFKC", text)
    if normal.isprintable():
        return normal.strip()
    return "".join(one for one in normal if unicodedata.category(one) not in {"Cf", "Cc"}).strip()


def decimal_of(number: str, scale: str | None = None) -> Decimal:
    """Return the value of a text that is a `NUMBER`, times its scale (万, 千)."""
    return Decimal(number.replace(",", "")) * _SCALES.get(scale or "", 1)


def chinese_number(text: str) -> int | None:
    """Read Chinese numerals: `三百二十` is 320, `一九九八` is 1998; None for anything else."""
    if _NUMERAL.match(text) is None:
        return None
    if all(character in _DIGITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    head, myriads, tail = text.rpartition("万")
    if myriads and not head:
        return None
    return _below_myriad(head) * 10_000 + _below_myriad(tail)


def _below_myriad(text: str) -> int:
    total, digit = 0, 0
    for place, character in enumerate(text):
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _TENS:
            total += (digit if digit or place else 1) * _TENS[character]
            digit = 0
    return total + digit
