"""How heard facts are kept: a set in one statement, the same rows in whatever order they come, and how often.

Each kind of fact owns some columns of a row; facts of all kinds about the rows of a table are put together.
Columns are set by the fact that was recorded last, the one with the greatest message id; the same message a
second time, or an older one late, changes nothing. Hence any interleaving of the contexts ends in the same
rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, case, func, or_

from shared.contracts import Event
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work, columns_of, insert_rows

__all__ = ["Kept", "Latest", "Once", "Said", "Told", "columns"]

# Column → field of the fact.
Columns = Mapping[str, str]
Row = tuple[Any, ...]


def columns(*same: str, **renamed: str) -> Columns:
    """Name columns that bear the name of their field, and others as `column="field"`."""
    return {name: name for name in same} | renamed


class Once:
    """Rows that one fact says once and for all; the same again changes nothing."""

    def __init__(self, table: Table, *names: str) -> None:
        """Compile the statement for these columns."""
        self._names: Final = names
        self._query: Final = Query(insert_rows(table, *names).on_conflict_do_nothing())

    async def put(self, work: Work, rows: Iterable[Row]) -> int:
        """Put rows, their values in the order of the names; return how many are new."""
        given = list(rows)
        return await work.execute(self._query, **columns_of(self._names, given)) if given else 0


@dataclass(frozen=True, slots=True)
class Told:
    """What one fact says of a row: a mark, the columns headed by it, and what it carries beside."""

    key: Row
    mark: str
    owned: Row
    carried: Row = ()


class Latest:
    """Rows in groups of columns, each group headed by a mark: in every group the greater mark wins.

    One statement puts all that was told, whichever groups it is of.
    """

    def __init__(
        self,
        table: Table,
        *,
        key: Sequence[str],
        owns: Mapping[str, Sequence[str]],
        carries: Sequence[str] = (),
    ) -> None:
        """Compile the statement. `owns` has the columns that each mark heads."""
        groups = {mark: (mark, *owned) for mark, owned in owns.items()}
        self._names: Final = (*key, *chain(*groups.values()), *carries)
        self._key: Final = len(key)
        self._places: Final = {mark: self._names.index(mark) for mark in owns}
        self._carried_from: Final = len(self._names) - len(carries)
        new = insert_rows(table, *self._names)
        later = {mark: _is_later(new.excluded[mark], table.c[mark]) for mark in groups}
        settled = {
            name: case((later[mark], new.excluded[name]), else_=table.c[name])
            for mark, group in groups.items()
            for name in group
        }
        repeated = {name: func.coalesce(new.excluded[name], table.c[name]) for name in carries}
        self._query: Final = Query(
            new.on_conflict_do_update(
                index_elements=list(key), set_={**settled, **repeated}, where=or_(*later.values())
            )
        )

    async def put(self, work: Work, told: Iterable[Told]) -> None:
        """Put what was told, as if each came after the other."""
        rows: dict[Row, list[Any]] = {}
        for each in told:
            row = rows.get(each.key)
            if row is None:
                row = rows[each.key] = [*each.key, *[None] * (len(self._names) - self._key)]
            self._tell(row, each)
        await work.execute(self._query, **columns_of(self._names, rows.values()))

    def _tell(self, row: list[Any], told: Told) -> None:
        place = self._places[told.mark]
        earlier = row[place]
        if earlier is not None and told.owned[0] <= earlier:
            return
        row[place : place + len(told.owned)] = told.owned
        for beside, value in enumerate(told.carried, start=self._carried_from):
            if value is not None:
                row[beside] = value


def _is_later(new: ColumnElement[Any], old: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say whether a mark was told now, and is greater than what is there."""
    return and_(new.is_not(None), or_(old.is_(None), old < new))


@dataclass(frozen=True, slots=True)
class Said:
    """What a kind of fact sets: `mark` is the column with the id of the message that set those it `owns`."""

    mark: str
    owns: Columns


class Kept(SetWise):
    """The reaction on every kind of fact about the rows of a table: each keeps its own columns of them.

    `carries` are columns that several facts about the row repeat, where one of them may leave a value out.
    """

    def __init__(
        self, table: Table, *, key: Columns, facts: Mapping[type[Event], Said], carries: Columns | None = None
    ) -> None:
        """Compile the statement."""
        super().__init__(self._keep)
        told = carries or {}
        owns = {said.mark: list(said.owns) for said in facts.values()}
        self._latest: Final = Latest(table, key=list(key), owns=owns, carries=list(told))
        self._key: Final = _fields(key)
        self._carried: Final = _fields(told)
        self._owned: Final = {fact: (said.mark, _fields(said.owns)) for fact, said in facts.items()}

    async def _keep(self, work: Work, heard: Sequence[Heard[Event]]) -> None:
        """Keep the facts, each unless a later one of its kind is kept already."""
        await self._latest.put(work, [self._told(each) for each in heard])

    def _told(self, heard: Heard[Event]) -> Told:
        event = heard.event
        mark, owned = self._owned[type(event)]
        return Told(self._key(event), mark, (heard.message_id, *owned(event)), self._carried(event))


def _fields(named: Columns) -> Callable[[Event], Row]:
    fields = tuple(named.values())
    return lambda event: tuple(getattr(event, field) for field in fields)
