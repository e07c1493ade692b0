"""Which rows a chain seals, and the bytes that stand for a row: anybody can make them again.

A row is the JSON array of the texts of its columns, as `json.dumps(list, ensure_ascii=False)` writes it, in
UTF-8: a moment as `2026-03-02T04:00:00.000000Z`, a day as `2026-03-02`, jsonb as PostgreSQL shows it, NULL as
null, all else as PostgreSQL's text. Rows of a part (the entries of a voucher) follow as an array of such
arrays, in their order. The number of the row is no column of it: its place in the block says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from shared.storage import HOUSE_TABLES, Query, everywhere

__all__ = ["JOURNAL_CHAIN", "Chain", "Part", "UnreadableForm"]

_REASON: Final = "A chain seals every row of its table, wherever it lies."
_PLAIN: Final = (Text, Uuid, BigInteger, Integer, SmallInteger, Boolean, JSONB)
_MOMENT: Final = '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\''
_DAY: Final = "'YYYY-MM-DD'"


class UnreadableForm(Exception):  # noqa: N818 - named as the fact it states
    """A block was sealed over columns that this version of the program does not know."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Rows that belong to a row of the chain, such as the entries of a voucher: `key` names it."""

    table: Table
    key: str
    order: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns as a form names them: with their table."""
        return tuple(f"{self.table.name}.{name}" for name in self.table.c.keys() if name != self.key)  # noqa: SIM118 - a collection of columns, not a dictionary


@dataclass(frozen=True, kw_only=True)
class Chain:
    """An append-only table whose rows are chained in the order of `seq`.

    `seq` must be drawn after the transaction has written something else: see `shared.chain.finality`.
    `moment` is the column that says when a row was written.
    """

    name: str
    table: Table
    moment: str
    seq: str = "seq"
    identity: str = "id"
    part: Part | None = None
    _queries: dict[tuple[str, ...], Query] = field(default_factory=dict, compare=False, repr=False)
    last_query: Query = field(init=False, compare=False, repr=False)
    waiting_query: Query = field(init=False, compare=False, repr=False)
    count_query: Query = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compile what is asked again and again."""
        seq, moment = self.table.c[self.seq], self.table.c[self.moment]
        beyond = seq > bindparam("after")
        statements = {
            "last_query": select(func.coalesce(func.max(seq), 0)),
            "waiting_query": select(seq, moment.label("moment")).where(beyond).order_by(seq).limit(1),
            "count_query": select(func.count()).select_from(self.table).where(beyond),
        }
        for name, statement in statements.items():
            object.__setattr__(self, name, everywhere(statement, reason=_REASON))

    @property
    def form(self) -> tuple[str, ...]:
        """Return the columns that are sealed today, in their order."""
        own = tuple(name for name in self.table.c.keys() if name != self.seq)  # noqa: SIM118 - a collection of columns, not a dictionary
        return own if self.part is None else own + self.part.columns

    def rows_query(self, form: Sequence[str]) -> Query:
        """Return the statement for `seq`, `canonical` of the rows in (after, last], at most `limit`.

        Raises UnreadableForm for a column that is not there.
        """
        key = tuple(form)
        if key not in self._queries:
            self._queries[key] = everywhere(self._rows(key), reason=_REASON)
        return self._queries[key]

    def _rows(self, form: tuple[str, ...]) -> Select[tuple[int, str]]:
        seq = self.table.c[self.seq]
        return (
            select(seq.label("seq"), cast(self._canonical(form), Text).label("canonical"))
            .where(seq > bindparam("after"), seq <= bindparam("last"))
            .order_by(seq)
            .limit(bindparam("limit"))
        )

    def _canonical(self, form: tuple[str, ...]) -> ColumnElement[object]:
        own = [_text(_column(self.table, name)) for name in form if "." not in name]
        if self.part is None:
            return func.json_build_array(*own)
        return func.json_build_array(*own, self._parts(self.part, form))

    def _parts(self, part: Part, form: tuple[str, ...]) -> ColumnElement[object]:
        names = [name.partition(".")[2] for name in form if "." in name]
        row = func.json_build_array(*(_text(_column(part.table, name)) for name in names))
        rows = func.json_agg(aggregate_order_by(row, part.table.c[part.order]))
        own = part.table.c[part.key] == self.table.c[self.identity]
        found = select(rows).where(own).correlate(self.table).scalar_subquery()
        return func.coalesce(found, literal_column("'[]'::json"))


def _column(table: Table, name: str) -> Column[object]:
    column: Column[object] | None = table.c.get(name)
    if column is None:
        message = f"The table {table.name} has no column {name!r} any more."
        raise UnreadableForm(message)
    return column


def _text(column: Column[object]) -> ColumnElement[str]:
    """Return the text of a value, whatever the session's settings are."""
    if isinstance(column.type, DateTime):
        return func.to_char(func.timezone(literal_column("'UTC'"), column), literal_column(_MOMENT))
    if isinstance(column.type, Date):
        return func.to_char(column, literal_column(_DAY))
    if isinstance(column.type, _PLAIN):
        return cast(column, Text)
    message = f"No canonical text is set for {column.type!r} ({column.name})."
    raise TypeError(message)


JOURNAL_CHAIN: Final = Chain(name="journal", table=HOUSE_TABLES["journal"], moment="recorded_at")
