"""The reference data of the register: its rules, the calendar, and the territory tree."""

import csv
from datetime import date
from importlib.resources import files

from estate_registry.territories.domain import Territory
from estate_registry.territories.storage import put_territories
from shared.rules import seed_calendar, seed_rules
from shared.storage import Work

__all__ = ["read_territories", "seed"]

PACKAGE = "estate_registry"


async def seed(work: Work) -> None:
    """Put the reference data in place; repeating it changes nothing."""
    await seed_rules(work, package=PACKAGE)
    await seed_calendar(work)
    await put_territories(work, read_territories())


def read_territories() -> list[Territory]:
    """Return the tree that ships with the service: Nanzheng District and what it lies in."""
    text = (files(PACKAGE) / "data" / "territory.csv").read_text(encoding="utf-8")
    return [_territory(row) for row in csv.DictReader(text.splitlines())]


def _territory(row: dict[str, str]) -> Territory:
    return Territory(
        code=row["code"],
        name=row["name"],
        # The nation has the empty code and lies in nothing.
        parent=row["parent"] if row["code"] else None,
        kind=row["kind"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        source=row["source"],
    )
