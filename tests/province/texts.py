"""Statements that are written out, and those that a command's end is composed of.

Written out are the constants of our modules that begin as a statement does and name a table: recording,
relay, inbox, parking, the bus. A composed statement says of each change what the change says alone, so it is
explained with every change in turn, and its part for it must be planned alike.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from onebox.services import SERVICES
from shared.storage import COMPILED, Query
from shared.storage.closing import composed
from shared.storage.recording import RECORD

__all__ = ["Composed", "Text", "composed_statements", "places", "texts"]

_BEGINNING: Final = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b")
_TABLE: Final = re.compile(r"\b(FROM|INTO|UPDATE)\b")
_GIVES_BACK: Final = re.compile(r"\bRETURNING\b")
_PLACE: Final = re.compile(r"\$(\d+)")
_OURS: Final = ("shared", *(service.package for service in SERVICES))
# Where names are filled in: a rebuild's statements on its two schemas, and those that make tables.
_UNFINISHED: Final = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A statement that is written out, with the name of its constant."""

    name: str
    sql: str

    @property
    def parameters(self) -> int:
        """Return how many values it takes."""
        return places(self.sql)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A change, and the statement in which a command's end makes it and records facts."""

    change: Query
    text: Text


def places(sql: str) -> int:
    """Return the highest number of a place for a value."""
    return max((int(place) for place in _PLACE.findall(sql)), default=0)


def texts() -> Iterator[Text]:
    """Yield every statement that is written out in a module of ours, once."""
    seen = set()
    for module in list(sys.modules.values()):
        if _is_ours(module.__name__):
            for name, value in list(vars(module).items()):
                if _is_statement(name, value) and value not in seen:
                    seen.add(value)
                    yield Text(name=f"{module.__name__}.{name}", sql=value)


def _is_ours(module: str) -> bool:
    """Say whether a module belongs to a package of ours; the tests beside it do not."""
    package, *parts = module.split(".")
    return package in _OURS and "tests" not in parts


def _is_statement(name: str, value: object) -> bool:
    return (
        isinstance(value, str)
        and name.isupper()
        and _BEGINNING.match(value) is not None
        and _TABLE.search(value) is not None
        and _UNFINISHED.search(value) is None
    )


def composed_statements() -> Iterator[Composed]:
    """Yield every change that was compiled, in the statement that ends a command with it."""
    facts = places(RECORD)
    for query in list(COMPILED.values()):
        # What gives rows back is waited for, and never left to the end.
        if query.changes is not None and not _GIVES_BACK.search(query.sql):
            sql = composed(((query, True),), RECORD, facts)
            yield Composed(change=query, text=Text(name="the end of a command", sql=sql))
