"""Reference data, put in place at every migration; repeating it changes nothing."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from sqlalchemy.dialects.postgresql import insert

from shared.rules import seed_calendar, seed_rules
from shared.settings import PlatformSettings, load
from shared.storage import Query, Work
from supervision.tables import supervised_units

__all__ = ["seed"]

_PACKAGE: Final = "supervision"
_DEMO: Final = "supervision.demo"
_new = insert(supervised_units)
_PUT_UNIT: Final = Query(
    _new.on_conflict_do_update(
        index_elements=["unit"], set_={"name": _new.excluded.name, "source": _new.excluded.source}
    )
)


async def seed(work: Work) -> None:
    """Put calendar, rules and supervised units in place; on a developer's machine the demo's rules too."""
    await seed_calendar(work)
    await seed_rules(work, package=_PACKAGE)
    await work.execute_many(_PUT_UNIT, list(_read("units.csv")))
    if not load(PlatformSettings).production:
        await seed_rules(work, package=_DEMO)


def _read(name: str) -> Iterator[dict[str, str]]:
    text = (files(_PACKAGE) / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
