"""What the rows of an import are judged by, gathered from the rule table, the tree and the table of types."""

import csv
from functools import cache
from importlib.resources import files

from estate_registry.imports.domain import EstateType, Limits, Setting, TypeTable, Verdict
from estate_registry.territories.domain import Gazetteer
from estate_registry.territories.storage import load_below
from shared.kernel import TerritoryCode, local_date
from shared.rules import rule_book
from shared.storage import Work

__all__ = ["estate_types", "load_setting"]

DISTRICT_DIGITS = 6
_HUNDREDTHS = 100


async def load_setting(work: Work, *, target: TerritoryCode) -> Setting:
    """Return what rows bound for a territory are judged by today."""
    tree = await load_below(work, target[:DISTRICT_DIGITS])
    return Setting(
        target=target,
        gazetteer=Gazetteer(tree),
        limits=await _limits(work, territory=target),
        types=estate_types(),
    )


async def _limits(work: Work, *, territory: TerritoryCode) -> Limits:
    today = local_date(work.now)
    book = await rule_book(work)

    def number(name: str) -> int:
        return book.integer(f"er.import.{name}", territory=territory, on=today)

    return Limits(
        earliest_year=number("earliest_year"),
        this_year=today.year,
        buildings=number("buildings_most"),
        households=number("households_most"),
        area_m2x100=number("area_most_m2") * _HUNDREDTHS,
        fee_fen=number("fee_most_fen"),
    )


@cache
def estate_types() -> TypeTable:
    """Return the table of types that ships with the service."""
    text = (files("estate_registry") / "data" / "estate-types.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return TypeTable(EstateType(word=row["word"], verdict=Verdict(row["verdict"])) for row in rows)
