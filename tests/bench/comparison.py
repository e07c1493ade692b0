"""Two sets of figures side by side: which became better, which worse, which are in one alone."""

from pathlib import Path

from tests.bench.figures import Figure, Rows, commit_file, figure_of, read

# Two runs of one commit differ by as much on a machine that others use too.
NOISE = 0.1


def named(what: str) -> Rows:
    """Return the rows of a file, or of a commit that was measured."""
    file = Path(what)
    return read(file if file.exists() else commit_file(what))


def compare(a: Rows, b: Rows) -> str:
    """Return one line a figure: both values, the change of what counts, and what to think of it."""
    before, after = ({row["name"]: figure_of(row) for row in rows} for rows in (a, b))
    names = [*before, *(name for name in after if name not in before)]
    head = f"{'figure':<26}{'a':>12}{'b':>12}{'change':>9}"
    return "\n".join([head, *(_line(name, before.get(name), after.get(name)) for name in names)])


def _line(name: str, a: Figure | None, b: Figure | None) -> str:
    shown = "".join(f"{'–' if figure is None else f'{_counts(figure):.3g}':>12}" for figure in (a, b))
    if a is None or b is None:
        return f"{name:<26}{shown}{'':>9}  in one alone"
    change = _goodness(b) / max(_goodness(a), 1e-9) - 1
    return f"{name:<26}{shown}{change:>+9.0%}  {_judgement(change)}"


def _counts(figure: Figure) -> float:
    """Return what is compared: the share of the limit where the goal is one, else the value."""
    share = figure.ratio if figure.goal is not None and figure.goal <= 1 else None
    return figure.value if share is None else share


def _goodness(figure: Figure) -> float:
    return _counts(figure) if figure.of_goal is None else figure.of_goal


def _judgement(change: float) -> str:
    if abs(change) < NOISE:
        return "within noise"
    return "better" if change > 0 else "WORSE"
