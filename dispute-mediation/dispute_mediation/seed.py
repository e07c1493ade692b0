"""Reference data, put in place at every migration; repeating it changes nothing."""

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from sqlalchemy import Table, bindparam
from sqlalchemy.dialects.postgresql import insert

from dispute_mediation.tables import leaves, rejection_reasons
from shared.rules import seed_calendar, seed_rules
from shared.storage import Query, Work

__all__ = ["seed"]

_PACKAGE: Final = "dispute_mediation"
_TRUE: Final = "true"


def _upsert(table: Table) -> Query:
    values: dict[str, object] = {column.name: bindparam(column.name) for column in table.columns}
    statement = insert(table).values(values)
    rest = {name: statement.excluded[name] for name in values if name != "code"}
    return Query(statement.on_conflict_do_update(index_elements=["code"], set_=rest))


_PUT_LEAF: Final = _upsert(leaves)
_PUT_REASON: Final = _upsert(rejection_reasons)


async def seed(work: Work) -> None:
    """Put calendar, rules, leaves and reasons in place."""
    await seed_calendar(work)
    await seed_rules(work, package=_PACKAGE)
    await work.execute_many(_PUT_LEAF, [_leaf(row) for row in _read("leaves.csv")])
    await work.execute_many(_PUT_REASON, list(_read("rejection_reasons.csv")))


def _read(name: str) -> Iterator[dict[str, str]]:
    text = (files(_PACKAGE) / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _leaf(row: Mapping[str, str]) -> dict[str, object]:
    """Give a line of the file the types of its row: lists are divided by blanks, laws by semicolons."""
    lists = {name: row[name].split() for name in ("assist", "parties", "credit_items")}
    return {
        **row,
        **lists,
        "law_refs": [law for law in row["law_refs"].split(";") if law],
        "limit": int(row["limit"]),
        "first_limit": int(row["first_limit"]) if row["first_limit"] else None,
        "first_unit": row["first_unit"] or None,
        "mediable": row["mediable"] == _TRUE,
    }
