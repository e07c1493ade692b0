"""By what lists are narrowed: filters, and the territory that leads a list's indexes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Column, Date, Index, Text, and_, bindparam, func, literal_column, or_, text
from sqlalchemy.sql.elements import ColumnElement

from shared.kernel import Scope
from shared.storage.scope import LOW

__all__ = [
    "DISTRICT",
    "TOWN",
    "Lead",
    "Narrowing",
    "equal",
    "holding_on",
    "lead_of",
    "led_index",
    "since",
    "standing",
    "until",
    "within",
]

# How many digits of a territory code name its town, and its district.
TOWN: Final = 9
DISTRICT: Final = 6
_WITHIN_LOW: Final = "within_low"
_WITHIN_HIGH: Final = "within_high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """A filter: the predicate, and the values of its parameters for what the caller gave."""

    predicate: ColumnElement[bool]
    values: Callable[[Any], Mapping[str, object]]


def equal(column: ColumnElement[Any], name: str) -> Narrowing:
    """Return the filter "the column is what was given"; its parameter has the name."""
    return Narrowing(predicate=column == bindparam(name), values=lambda given: {name: given})


def since(column: ColumnElement[Any], name: str = "since") -> Narrowing:
    """Return the filter "at that moment or later"."""
    return Narrowing(predicate=column >= bindparam(name), values=lambda given: {name: given})


def until(column: ColumnElement[Any], name: str = "until") -> Narrowing:
    """Return the filter "before that moment"."""
    return Narrowing(predicate=column < bindparam(name), values=lambda given: {name: given})


def within(column: ColumnElement[str]) -> Narrowing:
    """Return the filter "in that territory, or below it"."""
    below = and_(column >= bindparam(_WITHIN_LOW), column < bindparam(_WITHIN_HIGH))
    return Narrowing(predicate=below, values=_bounds)


def _bounds(territory: Any) -> Mapping[str, object]:  # noqa: ANN401 - a territory code
    scope = Scope(str(territory))
    return {_WITHIN_LOW: scope.low, _WITHIN_HIGH: scope.high}


def holding_on(start: ColumnElement[date], end: ColumnElement[date | None], name: str = "on") -> Narrowing:
    """Return the filter "the period holds that day"; `end` is the first day after it, null for none."""
    day = bindparam(name, type_=Date)
    return Narrowing(
        predicate=(start <= day) & or_(end.is_(None), end > day), values=lambda given: {name: given}
    )


def standing(predicate: ColumnElement[bool]) -> Narrowing:
    """Return a filter that is on or absent; what it compares with comes along with every request."""
    return Narrowing(predicate=predicate, values=lambda _given: {})


@dataclass(frozen=True, slots=True)
class Lead:
    """A row's territory begins with the digits of the code in a parameter: the caller's, or a filter's.

    It says no more than the range it stands beside; an index that begins with these digits holds the rows of
    a town or district in the order of a list, where one on whole codes has to sort them.
    """

    digits: int
    parameter: str

    def predicate(self, territory: Column[str]) -> ColumnElement[bool]:
        """Return what rows meet whose territory begins so."""
        return self.of(territory) == self.of(bindparam(self.parameter, type_=Text))

    def of(self, code: ColumnElement[str]) -> ColumnElement[str]:
        """Return the digits of a code that lead, as an index says them."""
        digits: ColumnElement[int] = literal_column(str(self.digits))
        return func.left(code, digits)


def lead_of(digits: Sequence[int], *, scope: Scope, values: Mapping[str, object]) -> Lead | None:
    """Return the closest lead that the caller's scope, or else the territory asked for, is long enough for.

    `values` are those of the filters; `digits` the most first.
    """
    asked = str(values.get(_WITHIN_LOW, ""))
    for count in digits:
        for code, parameter in ((scope.prefix, LOW), (asked, _WITHIN_LOW)):
            if len(code) >= count:
                return Lead(count, parameter)
    return None


def led_index(name: str, digits: int, *columns: str, where: str | None = None) -> Index:
    """Return an index that begins with so many digits of `territory`; for a list that is led by them.

    With `territory` among the columns, what lies elsewhere is passed over without reading its row.
    """
    leading = text(f"left(territory, {digits})")
    return Index(name, leading, *columns, postgresql_where=None if where is None else text(where))
