"""Money is a whole number of fen (分). No floats, ever (T-05)."""

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["apportion", "fen_from_yuan", "yuan_text"]

_YUAN: Final = re.compile(r"\A(?P<sign>-?)(?P<yuan>[0-9]{1,15})(?:\.(?P<fen>[0-9]{1,2}))?\Z")


def fen_from_yuan(text: str) -> int:
    """Read an amount of yuan such as `-12.30` as fen; raise ValueError for anything else."""
    match = _YUAN.match(text)
    if match is None:
        message = f"Not an amount of yuan with at most two decimals: {text!r}."
        raise ValueError(message)
    fen = int(match["yuan"]) * 100 + int((match["fen"] or "0").ljust(2, "0"))
    return -fen if match["sign"] else fen


def yuan_text(amount_fen: int) -> str:
    """Write fen as yuan with two decimals."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan}.{fen:02d}"


def apportion(total_fen: int, weights: Sequence[int]) -> list[int]:
    """Share a total by weights so that the shares add up (F-10: largest remainder, ties to the earlier).

    Weights are whole non-negative numbers (areas in 0.01 m²); raises ValueError when they sum to zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        message = "Weights must not be negative and must not all be zero."
        raise ValueError(message)
    shares = [total_fen * weight // whole for weight in weights]
    remainders = [total_fen * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-remainders[place], place))
    for place in by_remainder[: total_fen - sum(shares)]:
        shares[place] += 1
    return shares
