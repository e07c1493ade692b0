"""Lists: what one selects, by what it is narrowed, in which orders it is paged.

A list is declared once. Every way it is asked for, a set of filters in one order, becomes a statement that
is compiled once. Pages go on by key: after the order values of the last row seen, so rows that come and go
between two pages neither repeat nor hide another.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Select, Table, UniqueConstraint, bindparam, tuple_
from sqlalchemy.sql.elements import ColumnElement

from shared.kernel import Scope
from shared.storage.narrowing import Lead, Narrowing, lead_of
from shared.storage.query import Query
from shared.storage.scope import LOW

__all__ = ["LISTINGS", "Listing", "Order", "OrderUnusable", "Orders"]

_READERS: Final[Mapping[type, Callable[[str], object]]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    int: int,
    str: str,
}
# Every list, for those who look how its statements are run.
LISTINGS: Final[list["Listing"]] = []

AnyColumn = Column[Any]
# The order, the filters, whether it goes on after a place, what it is led by.
Way = tuple["Order", frozenset[str], bool, Lead | None]
Compiler = Callable[[Select[Any]], Query]


class OrderUnusable(Exception):  # noqa: N818 - named as the fact it states
    """A column of an order may be null, or two rows stand at one place: pages would lose rows.

    A fault of the program.
    """


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """One order of a list. Its columns together are unique; all go up, or all go down."""

    name: str
    columns: tuple[AnyColumn, ...]
    descending: bool

    def place(self, row: Any) -> list[str]:  # noqa: ANN401 - a row of any statement
        """Return where a row stands."""
        return [str(row[column.key]) for column in self.columns]

    def after(self, place: Sequence[str]) -> dict[str, object]:
        """Return the values with which a statement goes on after a place."""
        return {
            f"after_{at}": _READERS[column.type.python_type](text)
            for at, (column, text) in enumerate(zip(self.columns, place, strict=True))
        }

    def arrange(
        self, statement: Select[Any], *, goes_on: bool, led_by: Sequence[ColumnElement[Any]] = ()
    ) -> Select[Any]:
        """Return a statement in this order, limited, and if it goes on, after a place.

        What leads is the same in all rows; to name it first says that an index led by it has their order.
        """
        if goes_on:
            statement = statement.where(self._is_after())
        columns = [column.desc() if self.descending else column for column in (*led_by, *self.columns)]
        return statement.order_by(*columns).limit(bindparam("limit"))

    def _is_after(self) -> ColumnElement[bool]:
        here = tuple_(*self.columns)
        place = tuple_(
            *(bindparam(f"after_{at}", type_=column.type) for at, column in enumerate(self.columns))
        )
        return here < place if self.descending else here > place


class Orders(Mapping[str, Order]):
    """The closed set of orders of a list: by each name upwards, by `-name` downwards."""

    def __init__(self, default: str, **columns: Sequence[AnyColumn]) -> None:
        """Take the default and the columns of each name; raise OrderUnusable."""
        self._orders: Final = {
            order.name: order
            for name, sequence in columns.items()
            for order in (
                Order(name, _checked(name, sequence), descending=False),
                Order(f"-{name}", _checked(name, sequence), descending=True),
            )
        }
        self.default: Final = self._orders[default]

    def __getitem__(self, name: str) -> Order:
        """Return the order of a name."""
        return self._orders[name]

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._orders)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._orders)


def _checked(name: str, columns: Sequence[AnyColumn]) -> tuple[AnyColumn, ...]:
    nullable = [column.key for column in columns if column.nullable]
    if nullable or not any(key <= set(columns) for key in _keys(columns[-1].table)):
        message = f"The order '{name}' is not unique, or a column may be null: {nullable}."
        raise OrderUnusable(message)
    return tuple(columns)


def _keys(table: Any) -> Iterator[set[AnyColumn]]:  # noqa: ANN401 - SQLAlchemy says FromClause
    """Yield the sets of columns that tell the rows of a table apart."""
    assert isinstance(table, Table)  # noqa: S101 - told to the type checker; an alias has no keys
    yield set(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield set(constraint.columns)
    for index in table.indexes:
        if index.unique and not index.dialect_options["postgresql"]["where"]:
            yield set(index.columns)


class Listing:
    """A list: its rows, its filters, its orders, and by how much of a territory its indexes are led."""

    def __init__(
        self,
        statement: Select[Any],
        *,
        orders: Orders,
        filters: Mapping[str, Narrowing] | None = None,
        led_by: Column[str] | None = None,
        leads: Mapping[str, Sequence[int]] | None = None,
        compiler: Compiler = Query,
    ) -> None:
        """Compile the list without filters, so that a forgotten territory is refused at import.

        `led_by` is the territory column; `leads` says for an order's name with how many digits of it an index
        begins (`led_index`), the most first.
        """
        self.orders: Final = orders
        self.filters: Final = dict(filters or {})
        self._territory: Final = led_by
        self._leads: Final = leads or {}
        self._statement: Final = statement
        self._compiler: Final = compiler
        self._compiled: Final[dict[Way, Query]] = {}
        self.query(orders.default)
        LISTINGS.append(self)

    def query(
        self,
        order: Order,
        *,
        filters: Collection[str] = (),
        goes_on: bool = False,
        lead: Lead | None = None,
    ) -> Query:
        """Return the statement for some filters in an order, from the beginning or after a place."""
        asked = (order, frozenset(filters), goes_on, lead)
        if asked not in self._compiled:
            narrowed = self._statement.where(*(self.filters[name].predicate for name in sorted(asked[1])))
            led_by: list[ColumnElement[str]] = []
            if lead is not None and self._territory is not None:
                narrowed = narrowed.where(lead.predicate(self._territory))
                led_by = [lead.of(self._territory)]
            self._compiled[asked] = self._compiler(order.arrange(narrowed, goes_on=goes_on, led_by=led_by))
        return self._compiled[asked]

    def values(self, given: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters for what was given of the filters."""
        found: dict[str, object] = {}
        for name, value in given.items():
            found |= self.filters[name].values(value)
        return found

    def leads(self, order: Order) -> Sequence[Lead]:
        """Return what may lead the list in an order, were it the caller's scope."""
        return [Lead(digits, LOW) for digits in self._digits(order)]

    def lead(self, order: Order, *, scope: Scope, values: Mapping[str, object]) -> Lead | None:
        """Return what leads the list in an order, for a caller and the values of the filters."""
        return lead_of(self._digits(order), scope=scope, values=values)

    def _digits(self, order: Order) -> Sequence[int]:
        return self._leads.get(order.name.removeprefix("-"), ())
