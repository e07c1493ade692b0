"""A figure beside its limit and its goal; the table, and the files that two commits are compared by."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(".bench")
LATEST = FOLDER / "latest.json"
# What is better when it is less: times and sizes.
_COSTS = frozenset({"s", "ms", "MB"})
Rows = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, what it could be at most in the same run, and what we want of it.

    A goal of at most 1 is a least share of `limit`. Any other is in the figure's own unit: a most value
    where the unit is a time or a size, else a least value. Without a goal a figure is only told.
    """

    name: str
    value: float
    unit: str
    goal: float | None = None
    limit: float | None = None
    command: str = "make bench"

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.limit, 3) if self.limit else None

    @property
    def of_goal(self) -> float | None:
        """Return how much of the goal is reached: 1 is just enough, more is better."""
        if self.goal is None:
            return None
        if self.goal <= 1:
            return (self.ratio or 0) / self.goal
        return self.goal / max(self.value, 1e-9) if self.unit in _COSTS else self.value / self.goal

    @property
    def met(self) -> bool | None:
        return None if self.of_goal is None else self.of_goal >= 1

    def row(self) -> dict[str, Any]:
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


def figure_of(row: Mapping[str, Any]) -> Figure:
    """Read a row of a file back."""
    return Figure(**{name: value for name, value in row.items() if name not in {"ratio", "met"}})


def commit_file(commit: str | None = None) -> Path:
    """Return the file of a commit, by default of the one checked out; changed files make it another."""
    name = _git("rev-parse", "--short", commit or "HEAD")
    changed = commit is None and _git("status", "--porcelain", "--untracked-files=no")
    return FOLDER / f"{name}{'-changed' if changed else ''}.json"


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()


def write(figures: Sequence[Figure]) -> None:
    """Keep the figures of this commit, those measured now in place of their forerunners."""
    FOLDER.mkdir(exist_ok=True)
    file = commit_file()
    measured = {figure.name for figure in figures}
    earlier = [row for row in read(file) if row["name"] not in measured] if file.exists() else []
    text = json.dumps([*earlier, *(figure.row() for figure in figures)], indent=1) + "\n"
    for target in (file, LATEST):
        target.write_text(text)


def read(file: Path) -> Rows:
    rows: Rows = json.loads(file.read_text())
    return rows


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines for a person."""
    head = f"{'figure':<26}{'value':>10} {'unit':<6}{'limit':>10}{'ratio':>8}{'goal':>8}  met"
    return "\n".join([head, *(_line(figure) for figure in figures)])


def _line(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{figure.limit:.0f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    met = {True: "yes", False: "no", None: ""}[figure.met]
    goal = "" if figure.goal is None else f"{figure.goal:g}"
    return f"{figure.name:<26}{figure.value:>10.1f} {figure.unit:<6}{limit:>10}{ratio:>8}{goal:>8}  {met}"
