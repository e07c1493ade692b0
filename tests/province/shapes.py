"""The shape of each plan, kept in git: its nodes, tables and indexes, without costs.

A file for each service, a paragraph for each statement: its name and text, then its plan, indented. A plan
that changes shows as a changed paragraph.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from onebox.services import SERVICES
from shared.storage import Query
from tests.province.plans import Plan
from tests.province.texts import texts

__all__ = [
    "KEPT",
    "Shapes",
    "changes",
    "kept",
    "names",
    "one_line",
    "planned_otherwise",
    "shapes_of",
    "write",
]

KEPT: Final = Path(__file__).parent / "kept"
# The lines of the plan of each statement, by schema and the statement's text on one line.
Shapes = Mapping[tuple[str, str], Sequence[str]]
# Which month a part of a table holds.
_MONTH: Final = re.compile(r"_(\d{4}_\d{2}|rest)(?=_|\Z)")
# Sub-plans are numbered through a statement.
_NUMBER: Final = re.compile(r"((?:Sub|Init)Plan) \d+")
# The first change in a statement that ends a command.
CHANGE: Final = "CTE change_0"
_TOLD: Final = ("Relation Name", "Index Name", "CTE Name", "Function Name", "Subplan Name")


def shapes_of(plans: Sequence[Plan]) -> Shapes:
    """Return the shape of each plan."""
    return {(plan.schema, one_line(plan.sql)): list(_lines(plan.root, depth=1)) for plan in plans}


def one_line(sql: str) -> str:
    """Return a statement on one line."""
    return " ".join(sql.split())


def _lines(node: Mapping[str, Any], *, depth: int) -> Iterator[str]:
    told = [_MONTH.sub("", node[key]) for key in _TOLD if key in node]
    join = [node["Join Type"]] if node.get("Join Type", "Inner") != "Inner" else []
    yield "  " * depth + " ".join([node.get("Operation", ""), *join, node["Node Type"], *told]).strip()
    before: list[str] = []
    for child in node.get("Plans", []):
        lines = list(_lines(child, depth=depth + 1))
        # The months of a table that is kept by months are one.
        yield from lines if lines != before else ()
        before = lines


def write(shapes: Shapes, *, folder: Path = KEPT) -> None:
    """Keep the shapes, in place of those that were kept."""
    named = names()
    for service in SERVICES:
        own = sorted(sql for schema, sql in shapes if schema == service.package)
        paragraphs = [
            "\n".join([f"# {named.get(sql, 'compiled on the way')}", sql, *shapes[service.package, sql]])
            for sql in own
        ]
        folder.mkdir(exist_ok=True)
        (folder / f"{service.name}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def names() -> Mapping[str, str]:
    """Return where each statement stands that has a name in its module."""
    compiled = {
        one_line(value.sql): f"{module.__name__}.{name}"
        for module in list(sys.modules.values())
        for name, value in list(vars(module).items())
        if isinstance(value, Query)
    }
    return compiled | {one_line(text.sql): text.name for text in texts()}


def planned_otherwise(alone: Plan, end: Plan) -> list[str]:
    """Return how a change is planned otherwise at the end of a command than alone; nothing if alike."""
    [part] = [node for node in end.nodes() if node.get("Subplan Name") == CHANGE]
    within = _unnumbered(_lines({**part, "Subplan Name": ""}, depth=1))
    by_itself = _unnumbered(_lines(alone.root, depth=1))
    return [] if within == by_itself else _diff(by_itself, within)


def _unnumbered(lines: Iterator[str]) -> list[str]:
    return [_NUMBER.sub(r"\1", line).rstrip() for line in lines]


def kept(folder: Path = KEPT) -> Shapes:
    """Return the shapes that are kept."""
    shapes: dict[tuple[str, str], Sequence[str]] = {}
    for service in SERVICES:
        file = folder / f"{service.name}.txt"
        paragraphs = file.read_text(encoding="utf-8").strip().split("\n\n") if file.exists() else []
        for paragraph in filter(None, paragraphs):
            _, sql, *lines = paragraph.split("\n")
            shapes[service.package, sql] = lines
    return shapes


def changes(before: Shapes, after: Shapes) -> list[str]:
    """Return what a reader must know of: statements without a kept shape, gone ones, plans that changed."""
    named = names()

    def told(what: str, place: tuple[str, str]) -> str:
        return f"{what}: {place[0]} {named.get(place[1], '')}\n  {place[1]}"

    new = [told("no kept shape", place) for place in sorted(after.keys() - before.keys())]
    gone = [told("kept, but no longer compiled", place) for place in sorted(before.keys() - after.keys())]
    changed = [
        "\n".join([told("another plan", place), *_diff(before[place], after[place])])
        for place in sorted(before.keys() & after.keys())
        if list(before[place]) != list(after[place])
    ]
    return [*changed, *new, *gone]


def _diff(before: Sequence[str], after: Sequence[str]) -> list[str]:
    lines = unified_diff(before, after, lineterm="", n=100)
    return [f"  {line}" for line in list(lines)[3:]]
