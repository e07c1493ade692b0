"""A figure beside its limit and its goal; the table, and the file that two commits are compared by."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

LATEST = Path(".bench/latest.json")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, what it could be at most in the same run, and what we want of it.

    `goal` is a least ratio to the limit, or, where there is no limit, a most value.
    """

    name: str
    value: float
    unit: str
    goal: float
    limit: float | None = None
    command: str = "make bench"

    @property
    def ratio(self) -> float | None:
        return None if self.limit is None else round(self.value / self.limit, 3)

    @property
    def met(self) -> bool:
        return self.value <= self.goal if self.ratio is None else self.ratio >= self.goal


def write(figures: Sequence[Figure]) -> None:
    """Keep the figures for comparison."""
    LATEST.parent.mkdir(exist_ok=True)
    rows = [asdict(figure) | {"ratio": figure.ratio, "met": figure.met} for figure in figures]
    LATEST.write_text(json.dumps(rows, indent=1) + "\n")


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as lines for a person."""
    head = f"{'figure':<16}{'value':>10} {'unit':<6}{'limit':>10}{'ratio':>8}{'goal':>8}  met"
    return "\n".join([head, *(_line(figure) for figure in figures)])


def _line(figure: Figure) -> str:
    limit = "" if figure.limit is None else f"{figure.limit:.0f}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    met = "yes" if figure.met else "no"
    return (
        f"{figure.name:<16}{figure.value:>10.1f} {figure.unit:<6}{limit:>10}{ratio:>8}{figure.goal:>8}  {met}"
    )
