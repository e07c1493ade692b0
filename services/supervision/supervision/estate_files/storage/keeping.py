"""How a heard fact is kept: one statement, the same row in whatever order facts come, and how often.

Each kind of fact owns some columns of a row. They are set by the fact that was recorded last, the one with
the greatest message id; the same message a second time, or an older one late, changes nothing. Hence any
interleaving of the contexts ends in the same rows.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Table, bindparam, func, or_
from sqlalchemy.dialects.postgresql import insert

from shared.contracts import Event
from shared.storage import Query, Work

__all__ = ["Kept", "columns", "insert_once", "message_of"]

# Column → field of the fact.
Columns = Mapping[str, str]


def columns(*same: str, **renamed: str) -> Columns:
    """Name columns that bear the name of their field, and others as `column="field"`."""
    return {name: name for name in same} | renamed


def message_of(work: Work) -> UUID:
    """Return the id of the message a reaction is about; raise RuntimeError outside of one."""
    message_id = work.occasion.causation_id
    if message_id is None:
        message = "A fact is kept by the message that brought it; this unit of work has none."
        raise RuntimeError(message)
    return message_id


def insert_once(table: Table) -> Query:
    """Insert a row that one fact says once and for all; the same again changes nothing."""
    values: dict[str, object] = {column.name: bindparam(column.name) for column in table.columns}
    return Query(insert(table).values(values).on_conflict_do_nothing())


class Kept:
    """A reaction: keep a fact in its columns of the row it is about.

    `said` is the column with the id of the message that set the columns `owns`; `carries` are columns that
    several facts about the row repeat, where one of them may leave a value out.
    """

    def __init__(
        self, table: Table, *, key: Columns, said: str, owns: Columns, carries: Columns | None = None
    ) -> None:
        """Compile the statement."""
        self._said = said
        self._fields = {**key, **owns, **(carries or {})}
        self._query = _latest(table, key=list(key), said=said, owns=owns, carries=carries or {})

    async def __call__(self, work: Work, event: Event) -> None:
        """Keep the fact, unless a later one of its kind is kept already."""
        values = {column: getattr(event, field) for column, field in self._fields.items()}
        await work.execute(self._query, **values, **{self._said: message_of(work)})


def _latest(table: Table, *, key: list[str], said: str, owns: Columns, carries: Columns) -> Query:
    named: dict[str, object] = {name: bindparam(name) for name in (*key, said, *owns, *carries)}
    new = insert(table).values(named)
    settled = {name: new.excluded[name] for name in (said, *owns)}
    repeated = {name: func.coalesce(new.excluded[name], table.c[name]) for name in carries}
    return Query(
        new.on_conflict_do_update(
            index_elements=key,
            set_={**settled, **repeated},
            where=or_(table.c[said].is_(None), table.c[said] < new.excluded[said]),
        )
    )
