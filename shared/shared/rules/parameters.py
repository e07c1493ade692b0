"""Rule parameters: every number of the domain as a row with its source, validity and territory (0.1).

The nearest territory wins. A row marked as a statutory floor holds below it: a nearer value weaker than it
does not count.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final, TypeVar

from shared.kernel import TerritoryCode, fen_from_yuan

__all__ = ["MalformedRuleError", "RuleBook", "RuleParameter", "UnknownRuleError"]

Value = TypeVar("Value")

# What a nearer value may do against a floor: `min` allows only as much or more, `max` only as much or less.
_KEEPS_FLOOR: Final[Mapping[str, Callable[[Fraction, Fraction], bool]]] = {
    "": lambda _nearer, _wider: True,
    "min": lambda nearer, wider: nearer >= wider,
    "max": lambda nearer, wider: nearer <= wider,
}
_FLAGS: Final = {"true": True, "false": False}
_TENTHS: Final = 10


class UnknownRuleError(LookupError):
    """No row answers for a key: a fault of the program or of its rule table, never a caller's."""


class MalformedRuleError(ValueError):
    """A row cannot be read as what it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleParameter:
    """One value of one rule: in force in a territory and all below it, on each day of `[from, to)`.

    `tag` says how sure the value is (`C1`… confirmed, `K` known, `A` assumed); `floor` is
    empty, `min` or `max`.
    Raises MalformedRuleError for another floor, or for a floor that is no number.
    """

    key: str
    value: str
    unit: str
    source: str
    tag: str
    floor: str = ""
    territory: TerritoryCode = ""
    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        """Refuse a floor nothing can be compared with."""
        if self.floor not in _KEEPS_FLOOR:
            message = f"Rule {self.key!r}: a floor is '', 'min' or 'max', not {self.floor!r}."
            raise MalformedRuleError(message)
        if self.floor:
            self.number()

    def applies(self, *, territory: TerritoryCode, on: date) -> bool:
        """Say whether the row speaks for a territory on a day."""
        in_force = self.valid_from <= on and (self.valid_to is None or on < self.valid_to)
        return in_force and territory.startswith(self.territory)

    def number(self) -> Fraction:
        """Return the value as an exact number such as 12, 0.5 or 2/3; raise MalformedRuleError."""
        return self.read_as(Fraction, wanted="a number")

    def read_as(self, reader: Callable[[str], Value], *, wanted: str) -> Value:
        """Return the value as `reader` reads it; raise MalformedRuleError where it cannot."""
        try:
            return reader(self.value)
        except (KeyError, ValueError, ZeroDivisionError) as unreadable:
            message = f"Rule {self.key!r}: {self.value!r} ({self.unit}) is not {wanted}."
            raise MalformedRuleError(message) from unreadable

    def weakens(self, wider: "RuleParameter") -> bool:
        """Say whether this value falls short of a floor that a wider territory sets."""
        return bool(wider.floor) and not _KEEPS_FLOOR[wider.floor](self.number(), wider.number())


class RuleBook:
    """Every rule parameter of a service, in memory. Values are looked up by key, territory and day."""

    def __init__(self, rows: Iterable[RuleParameter]) -> None:
        """Take the rows; their order does not matter."""
        self._by_key: defaultdict[str, list[RuleParameter]] = defaultdict(list)
        # The widest territory first; within a territory the latest row last, where it replaces the earlier.
        for row in sorted(rows, key=lambda row: (len(row.territory), row.valid_from)):
            self._by_key[row.key].append(row)

    def parameter(self, key: str, *, territory: TerritoryCode, on: date) -> RuleParameter:
        """Return the row in force: the nearest that weakens no floor of a wider territory.

        Raises UnknownRuleError when the key has no row, or none for this territory and day.
        """
        rows = self._by_key.get(key, ())
        in_force = {row.territory: row for row in rows if row.applies(territory=territory, on=on)}
        path = list(in_force.values())
        for place in range(len(path) - 1, -1, -1):
            if not any(path[place].weakens(wider) for wider in path[:place]):
                return path[place]
        message = f"No rule {key!r} for territory {territory!r} on {on}."
        raise UnknownRuleError(message)

    def text(self, key: str, *, territory: TerritoryCode, on: date) -> str:
        """Return a value as it stands."""
        return self.parameter(key, territory=territory, on=on).value

    def integer(self, key: str, *, territory: TerritoryCode, on: date) -> int:
        """Return a whole number; raise MalformedRuleError for any other."""
        return self.parameter(key, territory=territory, on=on).read_as(int, wanted="a whole number")

    def tenths(self, key: str, *, territory: TerritoryCode, on: date) -> int:
        """Return points in units of 0.1: `8.5` is 85. Raises MalformedRuleError for finer ones."""
        row = self.parameter(key, territory=territory, on=on)
        return row.read_as(_whole_tenths, wanted="a number of at most one decimal")

    def fraction(self, key: str, *, territory: TerritoryCode, on: date) -> Fraction:
        """Return an exact ratio such as `2/3` or `0.30`; raise MalformedRuleError for anything else."""
        return self.parameter(key, territory=territory, on=on).number()

    def flag(self, key: str, *, territory: TerritoryCode, on: date) -> bool:
        """Return `true` or `false`; raise MalformedRuleError for any other word."""
        row = self.parameter(key, territory=territory, on=on)
        return row.read_as(_FLAGS.__getitem__, wanted="true or false")

    def fen(self, key: str, *, territory: TerritoryCode, on: date) -> int:
        """Return money in fen; the row's unit begins with `yuan` or `fen` (`yuan/m2`).

        Raises MalformedRuleError for any other unit or a finer amount.
        """
        row = self.parameter(key, territory=territory, on=on)
        readers: dict[str, Callable[[str], int]] = {"yuan": fen_from_yuan, "fen": int}
        reader = readers.get(row.unit.partition("/")[0], _no_money)
        return row.read_as(reader, wanted="an amount of money in yuan or fen")


def _whole_tenths(text: str) -> int:
    tenths = Fraction(text) * _TENTHS
    if tenths.denominator != 1:
        raise ValueError(text)
    return tenths.numerator


def _no_money(text: str) -> int:
    raise ValueError(text)
