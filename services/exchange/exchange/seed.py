"""Reference data, put in place at every migration; repeating it changes nothing."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from exchange.categories.storage import put_patterns
from shared.rules import seed_calendar, seed_rules
from shared.storage import Work

__all__ = ["seed"]

_PACKAGE: Final = "exchange"


async def seed(work: Work) -> None:
    """Put calendar, rules and the category map in place."""
    await seed_calendar(work)
    await seed_rules(work, package=_PACKAGE)
    await put_patterns(work, _category_map())


def _category_map() -> Iterator[dict[str, str]]:
    text = (files(_PACKAGE) / "data" / "category-map.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
