"""The figures as a picture: how much of its goal each reaches, drawn as SVG without any library."""

from collections.abc import Sequence
from html import escape
from math import log10
from pathlib import Path

from tests.bench.figures import FOLDER, Figure

PICTURE = FOLDER / "latest.svg"
_ROW = 26
_LEFT = 210
_WIDTH = 420
_RIGHT = 300
# The scale is logarithmic, from a tenth of the goal to ten times it.
_LEAST, _MOST = 0.1, 10.0


def draw(figures: Sequence[Figure]) -> Path:
    """Write the picture of all figures that have a goal, and return its file."""
    shown = [(figure, figure.of_goal) for figure in figures if figure.of_goal is not None]
    height = _ROW * (len(shown) + 2)
    size = f'width="{_LEFT + _WIDTH + _RIGHT}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="white"/>',
        *(_bar(figure, share or 0.0, place) for place, (figure, share) in enumerate(shown, start=1)),
        *_scale(height),
        "</svg>",
    ]
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text("\n".join(parts) + "\n")
    return PICTURE


def _x(share: float) -> float:
    bounded = min(max(share, _LEAST), _MOST)
    return _LEFT + _WIDTH * (log10(bounded) - log10(_LEAST)) / (log10(_MOST) - log10(_LEAST))


def _bar(figure: Figure, share: float, place: int) -> str:
    top, width = place * _ROW, _x(share) - _LEFT
    colour = "#2e7d32" if figure.met else "#c62828"
    told = f"{figure.value:g} {figure.unit}, goal {figure.goal:g}" + (
        f", {figure.ratio:.2f} of {figure.limit:g}" if figure.ratio is not None else ""
    )
    return (
        f'<text x="{_LEFT - 8}" y="{top + 14}" text-anchor="end">{escape(figure.name)}</text>'
        f'<rect x="{_LEFT}" y="{top + 2}" width="{width:.1f}" height="{_ROW - 10}" fill="{colour}"/>'
        f'<text x="{_LEFT + _WIDTH + 8}" y="{top + 14}" fill="#555">{escape(told)}</text>'
    )


def _scale(height: int) -> list[str]:
    lines = []
    for share, label in ((_LEAST, "0.1"), (1.0, "goal"), (_MOST, "10 ×")):
        x = _x(share)
        dash = "" if share == 1.0 else ' stroke-dasharray="3 3"'
        lines.append(f'<line x1="{x}" y1="18" x2="{x}" y2="{height - 10}" stroke="#333"{dash}/>')
        lines.append(f'<text x="{x}" y="14" text-anchor="middle" fill="#333">{label}</text>')
    return lines
