"""What a list calls a place, and whether that is an estate people live in. The words are rows of data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["EstateType", "TypeTable", "Verdict"]

_BETWEEN_TYPES: Final = "|"


class Verdict(StrEnum):
    """Whether a type is an estate's."""

    ESTATE = "estate"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateType:
    """One row of the table: a word that a type may hold, and what it means."""

    word: str
    verdict: Verdict


class TypeTable:
    """The table in its order: the first word that a type holds decides."""

    def __init__(self, rows: Iterable[EstateType]) -> None:
        """Take the rows, the narrower words before the wider ones."""
        self._rows: Sequence[EstateType] = tuple(rows)

    def judge(self, text: str) -> Verdict:
        """Judge a type, or several joined by `|`: one that is only partly an estate's is doubtful."""
        verdicts = {self._one(part) for part in text.split(_BETWEEN_TYPES)} - {None}
        if len(verdicts) == 1:
            return verdicts.pop() or Verdict.DOUBTFUL
        return Verdict.DOUBTFUL if not verdicts or Verdict.REFUSED in verdicts else Verdict.ESTATE

    def _one(self, text: str) -> Verdict | None:
        return next((row.verdict for row in self._rows if row.word in text), None)
