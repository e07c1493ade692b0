"""Put the shipped rules and calendar into a service's tables; repeating it changes nothing.

A shipped row replaces the stored row of the same key, territory and first day. A district that wants another
value adds a row of its own: nearer, or valid from a later day.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib.resources import files
from typing import Final

from sqlalchemy import Table, bindparam, or_
from sqlalchemy.dialects.postgresql import insert

from shared.kernel import is_territory_code
from shared.rules.parameters import MalformedRuleError, RuleParameter
from shared.rules.storage import forget_rules
from shared.storage import HOUSE_TABLES, Query, Work

__all__ = ["read_rules", "seed_calendar", "seed_rules"]


def _upsert(table: Table) -> Query:
    """Insert a row, or bring the stored one with its key up to date; leave an equal one untouched."""
    values: dict[str, object] = {column.name: bindparam(column.name) for column in table.columns}
    rest = [column for column in table.columns if not column.primary_key]
    statement = insert(table).values(values)
    changed = [column.is_distinct_from(statement.excluded[column.name]) for column in rest]
    return Query(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={column.name: statement.excluded[column.name] for column in rest},
            where=or_(*changed),
        )
    )


_PUT_PARAMETER: Final = _upsert(HOUSE_TABLES["rule_parameters"])
_PUT_DAY: Final = _upsert(HOUSE_TABLES["calendar_days"])
_PUT_YEAR: Final = _upsert(HOUSE_TABLES["calendar_years"])


async def seed_rules(work: Work, *, package: str) -> None:
    """Put the rows of a service's `data/rules.csv` in place; raise MalformedRuleError, naming the key."""
    rows = read_rules(package=package)
    await work.execute_many(_PUT_PARAMETER, [asdict(row) for row in rows])
    forget_rules(work)


async def seed_calendar(work: Work) -> None:
    """Put the State Council's calendar, as far as it is announced, in place."""
    days = [
        {"day": date.fromisoformat(row["day"]), "kind": row["kind"], "name": row["name"]}
        for row in _read(package="shared.rules", name="calendar.csv")
    ]
    years = [
        {"year": int(row["year"]), "published": row["published"] == "true", "source": row["source"]}
        for row in _read(package="shared.rules", name="calendar_years.csv")
    ]
    await work.execute_many(_PUT_DAY, days)
    await work.execute_many(_PUT_YEAR, years)
    forget_rules(work)


def read_rules(*, package: str) -> Sequence[RuleParameter]:
    """Read the `data/rules.csv` of a package.

    Raises MalformedRuleError for an unreadable row, and for a row that appears twice.
    """
    rows = [_parameter(row) for row in _read(package=package, name="rules.csv")]
    counted = Counter((row.key, row.territory, row.valid_from) for row in rows)
    repeated = sorted({key for (key, _, _), count in counted.items() if count > 1})
    if repeated:
        message = f"The rules of {package} name twice: {', '.join(repeated)}."
        raise MalformedRuleError(message)
    return rows


def _read(*, package: str, name: str) -> Iterator[dict[str, str]]:
    text = (files(package) / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _parameter(row: Mapping[str, str]) -> RuleParameter:
    key, territory = row["key"], row["territory"]
    if not is_territory_code(territory):
        message = f"Rule {key!r}: {territory!r} is no territory code."
        raise MalformedRuleError(message)
    return RuleParameter(
        key=key,
        territory=territory,
        valid_from=_day(row["valid_from"], of=key),
        valid_to=_day(row["valid_to"], of=key) if row["valid_to"] else None,
        **{name: row[name] for name in ("value", "unit", "source", "tag", "floor")},
    )


def _day(text: str, *, of: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as unreadable:
        message = f"Rule {of!r}: {text!r} is no day such as 2026-03-02."
        raise MalformedRuleError(message) from unreadable
