"""How heard facts are kept: a set in one statement, the same rows in whatever order they come, and how often.

Each kind of fact owns some columns of a row. They are set by the fact that was recorded last, the one with
the greatest message id; the same message a second time, or an older one late, changes nothing. Hence any
interleaving of the contexts ends in the same rows.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table, func, or_

from shared.contracts import Event
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work, columns_of, insert_rows

__all__ = ["Kept", "Latest", "Once", "columns"]

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


class Latest:
    """Rows of which the greater mark wins: one statement for many, each key in it once."""

    def __init__(
        self, table: Table, *, key: Sequence[str], mark: str, owns: Sequence[str], carries: Sequence[str] = ()
    ) -> None:
        """Compile the statement. Rows have the key, the mark, what it owns and what it carries, in order."""
        self._names: Final = (*key, mark, *owns, *carries)
        self._mark: Final = len(key)
        self._carried_from: Final = len(key) + 1 + len(owns)
        new = insert_rows(table, *self._names)
        settled = {name: new.excluded[name] for name in (mark, *owns)}
        repeated = {name: func.coalesce(new.excluded[name], table.c[name]) for name in carries}
        older = or_(table.c[mark].is_(None), table.c[mark] < new.excluded[mark])
        self._query: Final = Query(
            new.on_conflict_do_update(index_elements=list(key), set_={**settled, **repeated}, where=older)
        )

    async def put(self, work: Work, rows: Iterable[Row]) -> None:
        """Put rows as if each came after the other."""
        latest: dict[Row, Row] = {}
        for row in rows:
            key = row[: self._mark]
            earlier = latest.get(key)
            latest[key] = row if earlier is None else self._later(earlier, row)
        await work.execute(self._query, **columns_of(self._names, latest.values()))

    def _later(self, earlier: Row, row: Row) -> Row:
        if row[self._mark] <= earlier[self._mark]:
            return earlier
        carried = zip(earlier[self._carried_from :], row[self._carried_from :], strict=True)
        return (*row[: self._carried_from], *(old if new is None else new for old, new in carried))


class Kept(SetWise):
    """A reaction: keep facts in their columns of the rows they are about.

    `said` is the column with the id of the message that set the columns `owns`; `carries` are columns that
    several facts about the row repeat, where one of them may leave a value out.
    """

    def __init__(
        self, table: Table, *, key: Columns, said: str, owns: Columns, carries: Columns | None = None
    ) -> None:
        """Compile the statement."""
        super().__init__(self._keep)
        told = carries or {}
        self._latest: Final = Latest(table, key=list(key), mark=said, owns=list(owns), carries=list(told))
        self._key: Final = _fields(key)
        self._rest: Final = _fields({**owns, **told})

    async def _keep(self, work: Work, heard: Sequence[Heard[Event]]) -> None:
        """Keep the facts, each unless a later one of its kind is kept already."""
        rows = [(*self._key(each.event), each.message_id, *self._rest(each.event)) for each in heard]
        await self._latest.put(work, rows)


def _fields(named: Columns) -> Callable[[Event], Row]:
    fields = tuple(named.values())
    return lambda event: tuple(getattr(event, field) for field in fields)
